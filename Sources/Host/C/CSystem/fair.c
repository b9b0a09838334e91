#define _GNU_SOURCE
#include "fair.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <sys/socket.h>

_Static_assert(sizeof(tk_filter_instruction) == sizeof(struct sock_filter)
                   && offsetof(tk_filter_instruction, operand) == offsetof(struct sock_filter, k),
               "an instruction lies in memory as the kernel's");

int tk_filter_attach(int descriptor, const tk_filter_instruction *program, unsigned count) {
    if (count > BPF_MAXINSNS) return -ENOMEM;
    struct sock_fprog filter = {.len = (unsigned short)count, .filter = (struct sock_filter *)program};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0 ? 0 : -errno;
}

int tk_filter_detach(int descriptor) {
    int unused = 0;
    int status = setsockopt(descriptor, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
    if (status == 0) return 1;
    return errno == ENOENT ? 0 : -errno;
}

int tk_socket_queue(int descriptor, uint32_t *queued, uint32_t *room, uint32_t *drops) {
    uint32_t values[SK_MEMINFO_VARS] = {0};
    socklen_t size = sizeof values;
    if (getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, values, &size) != 0) return -errno;
    *queued = values[SK_MEMINFO_RMEM_ALLOC];
    *room = values[SK_MEMINFO_RCVBUF];
    *drops = values[SK_MEMINFO_DROPS];
    return 0;
}
