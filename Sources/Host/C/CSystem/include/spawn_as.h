#pragma once
#include <sys/types.h>

/// Starts a program, as another user when `uid` is not -1 (only root may), in a session of its own when
/// `own_session` is set, so that a terminal's interrupt does not reach it.
///
/// `output` becomes its stdout and stderr, /dev/null its stdin; every other descriptor is closed and every signal is
/// back to its default. posix_spawn can't change the user, hence fork and exec. Returns the child's process id, or
/// the negative errno of the step that failed (exec's own included).
pid_t tk_spawn_as(const char *path, char *const arguments[], char *const environment[], uid_t uid, gid_t gid,
                  const char *folder, int output, int own_session);
