#define _GNU_SOURCE
#include "spawn_as.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// Runs in the child between fork and exec: async-signal-safe calls only.
static int become(uid_t uid, gid_t gid, const char *folder, int own_session) {
    if (own_session && setsid() < 0) return errno;
    if (uid != (uid_t)-1) {
        if (setgroups(1, &gid) != 0 || setgid(gid) != 0 || setuid(uid) != 0) return errno;
    }
    umask(077);
    if (chdir(folder) != 0) return errno;
    return 0;
}

static void reset_signals(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int arrange_descriptors(int output, int report) {
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) return errno;
    if (dup2(report, 3) < 0 || fcntl(3, F_SETFD, FD_CLOEXEC) != 0) return errno;
    if (close_range(4, ~0U, 0) != 0) return errno;
    return 0;
}

pid_t tk_spawn_as(const char *path, char *const arguments[], char *const environment[], uid_t uid, gid_t gid,
                  const char *folder, int output, int own_session) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -errno;
    sigset_t all, before;
    sigfillset(&all);
    // No handler of ours may run in the child.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        int failure = become(uid, gid, folder, own_session);
        int to = report[1];
        if (failure == 0) {
            // Lifted clear of 0 to 3, which are about to be taken.
            to = fcntl(report[1], F_DUPFD_CLOEXEC, 10);
            output = fcntl(output, F_DUPFD_CLOEXEC, 10);
            failure = to < 0 || output < 0 ? errno : arrange_descriptors(output, to);
            to = 3;
        }
        if (failure == 0) {
            reset_signals();
            execve(path, arguments, environment);
            failure = errno;
        }
        ssize_t written = write(to, &failure, sizeof failure);
        _exit(written < 0 ? 126 : 127);
    }
    int forked = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    int failure = child < 0 ? forked : 0;
    if (child > 0) {
        ssize_t count;
        do count = read(report[0], &failure, sizeof failure);
        while (count < 0 && errno == EINTR);
        if (count == sizeof failure) waitpid(child, NULL, 0);
        else failure = 0;
    }
    close(report[0]);
    return failure == 0 ? child : -failure;
}
