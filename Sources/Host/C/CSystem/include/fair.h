// What keeps one sender from taking a whole UDP socket: a filter in the kernel, and how full its queue is.
#pragma once
#include <stdint.h>

/// One instruction of classic BPF, as the kernel's struct sock_filter.
typedef struct {
    uint16_t code;
    uint8_t when_true;
    uint8_t when_false;
    uint32_t operand;
} tk_filter_instruction;

/// From now on only what the program returns more than 0 for is queued. It takes the place of an earlier one at once.
/// 0, or the negative errno (-ENOMEM: longer than net.core.optmem_max allows, -EINVAL: no valid program).
int tk_filter_attach(int descriptor, const tk_filter_instruction *program, unsigned count);

/// Everything is queued again. 1, 0 when there was no filter, or the negative errno.
int tk_filter_detach(int descriptor);

/// What is queued and how much may be, in bytes of the kernel's own count, and the datagrams lost at this socket so
/// far, those that a filter refused included. 0, or the negative errno.
int tk_socket_queue(int descriptor, uint32_t *queued, uint32_t *room, uint32_t *drops);
