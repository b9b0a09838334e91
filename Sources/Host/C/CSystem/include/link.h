// What local processes pass each other: messages with open files, and files that are memory only.
#pragma once
#include <stddef.h>
#include <sys/types.h>

/// The most open files that one message carries.
#define TK_LINK_FILES 64

/// Two joined ends that keep messages whole (SOCK_SEQPACKET), both closed on exec. 0, or the negative errno.
int tk_link_pair(int ends[2]);

/// A socket of the same kind, not joined to anything. The descriptor, or the negative errno.
int tk_link_socket(void);

/// Sends one message, without waiting and without SIGPIPE. 0, or the negative errno.
int tk_link_send(int descriptor, const void *bytes, size_t length, const int *files, unsigned count);

/// Takes one message, without waiting; its files are closed on exec. `count` says how many fit `files` and gives how
/// many came. The length, 0 when the other end is gone, or the negative errno (-EAGAIN: nothing is there).
ssize_t tk_link_receive(int descriptor, void *bytes, size_t size, int *files, unsigned *count);

/// The process and the user that made the other end. 0, or the negative errno.
int tk_link_peer(int descriptor, pid_t *process, uid_t *user);

/// A file that is memory only, closed on exec; gone with its last descriptor. The descriptor, or the negative errno.
int tk_memory_file(const char *name);

/// From now on nobody can change it. 0, or the negative errno.
int tk_memory_seal(int descriptor);
