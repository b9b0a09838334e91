/// What receiving and sending share: a batch of datagrams as the kernel takes it.
#ifndef TK_UDP_BATCH_H
#define TK_UDP_BATCH_H

#include "udp.h"

#include <netinet/in.h>
#include <sys/socket.h>

/// Room for IPV6_PKTINFO (the larger), and SO_RXQ_OVFL or UDP_SEGMENT.
#define CONTROL_ROOM (CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint32_t)))

typedef union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} socket_address;

struct tk_udp_batch {
    unsigned count;
    unsigned size;
    tk_datagram *datagrams;
    struct mmsghdr *headers;
    struct iovec *vectors;
    socket_address *names;
    unsigned char *controls;
    /// What `gather` works with.
    tk_datagram *gathered;
    /// Of each datagram, alike for one peer and length.
    uint64_t *keys;
    uint8_t *buffers;
    /// Whether the socket was asked if it takes runs.
    int is_asked;
    /// The kernel takes no run, or refused too many: all goes one by one.
    int is_plain;
    /// Runs refused since the last that was taken.
    unsigned refusals;
};

/// An IPv4 address as the mapped one.
void tk_store_address(struct in6_addr *address, const tk_endpoint *end);

/// Bytes of the name.
socklen_t tk_store_name(socket_address *name, const tk_endpoint *end, int family);

#endif
