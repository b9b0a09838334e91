// UDP in batches: recvmmsg and sendmmsg with the local address of each datagram (IP_PKTINFO, IPV6_PKTINFO).
#pragma once
#include <stddef.h>
#include <stdint.h>

/// One end of a datagram. An IPv4 address is in the low half of `low`; halves are numbers, first octet highest.
typedef struct {
    uint64_t high;
    uint64_t low;
    /// Interface index of a link-local address, else 0.
    uint32_t scope;
    uint16_t port;
    uint8_t is_ipv4;
} tk_endpoint;

/// One datagram of a batch. To be sent, `local` may be all zero, which leaves the choice to the kernel.
typedef struct {
    tk_endpoint peer;
    tk_endpoint local;
    uint8_t *bytes;
    uint32_t length;
    /// The datagram was longer than the buffer and lost its tail.
    uint8_t truncated;
} tk_datagram;

/// A batch: `count` buffers of `size` bytes, with what the kernel needs to fill them.
typedef struct tk_udp_batch tk_udp_batch;

/// NULL when memory is short.
tk_udp_batch *tk_udp_batch_new(unsigned count, unsigned size);
void tk_udp_batch_free(tk_udp_batch *batch);
/// The datagrams of a batch; `bytes` of each points to its buffer.
tk_datagram *tk_udp_batch_datagrams(tk_udp_batch *batch);

/// A socket bound to `address` that reports drops and, when bound to all addresses, which one was asked; the number of
/// the descriptor, or -errno.
int tk_udp_open(const tk_endpoint *address, int receive_buffer, int send_buffer);
/// Asks for the same of a bound descriptor that somebody else opened; 0 or -errno.
int tk_udp_prepare(int descriptor);
/// The address a socket is bound to; 1 when that is all addresses, else 0, or -errno.
int tk_udp_bound(int descriptor, tk_endpoint *address);

/// Takes what is queued, without waiting: how many, 0 for none, or -errno. `*drops` becomes the kernel's count of
/// datagrams lost at this socket, when one of the batch tells it.
int tk_udp_receive(int descriptor, tk_udp_batch *batch, uint32_t *drops);
/// Sends `count` of a batch on a socket of that family, from their local addresses or from the one it is bound to; how
/// many the kernel took, or -errno when it took none. Those of one length to one peer pass through the kernel as one
/// message (UDP_SEGMENT) and leave as the datagrams that they are; the batch is put in another order for that. Where the
/// kernel refuses it, they go one by one.
int tk_udp_send(int descriptor, int is_ipv4, int from_local, tk_udp_batch *batch, unsigned first, unsigned count);
/// Waits until `descriptor` can be read or `stop` fires: 1 readable, 2 stop, 0 timed out, -errno.
int tk_udp_wait(int descriptor, int stop, int timeout_milliseconds);
/// An eventfd that is raised by tk_event_raise and stays raised; the descriptor or -errno.
int tk_event_new(void);
void tk_event_raise(int descriptor);
