#define _GNU_SOURCE
#include "udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

// Buffers a page apart would share the few places of the processor's cache that their beginnings may lie in.
#define PITCH(size) ((((size) + 63) & ~(size_t)63) | 64)

/// Room for IPV6_PKTINFO (the larger), and SO_RXQ_OVFL or UDP_SEGMENT.
#define CONTROL_ROOM (CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint32_t)))
/// Bytes of one run at most: below what a datagram may have.
#define RUN_BYTES 60000u

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103  // Linux 4.18
#endif

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
    /// The kernel or a device took no run: all goes one by one.
    int is_plain;
};

static uint64_t load64(const uint8_t *bytes) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | bytes[i];
    return value;
}

static void store64(uint8_t *bytes, uint64_t value) {
    for (int i = 7; i >= 0; i--, value >>= 8) bytes[i] = (uint8_t)value;
}

static void load_v4(tk_endpoint *end, struct in_addr address) {
    end->high = 0;
    end->low = ntohl(address.s_addr);
    end->is_ipv4 = 1;
}

static void load_v6(tk_endpoint *end, const struct in6_addr *address) {
    if (IN6_IS_ADDR_V4MAPPED(address)) {
        struct in_addr inner;
        memcpy(&inner, address->s6_addr + 12, sizeof inner);
        load_v4(end, inner);
        return;
    }
    end->high = load64(address->s6_addr);
    end->low = load64(address->s6_addr + 8);
    end->is_ipv4 = 0;
}

static void store_v6(struct in6_addr *address, const tk_endpoint *end) {
    store64(address->s6_addr, end->high);
    store64(address->s6_addr + 8, end->is_ipv4 ? 0xffff00000000ull | end->low : end->low);
}

static void load_name(tk_endpoint *end, const socket_address *name) {
    memset(end, 0, sizeof *end);
    if (name->any.sa_family == AF_INET) {
        load_v4(end, name->v4.sin_addr);
        end->port = ntohs(name->v4.sin_port);
    } else {
        load_v6(end, &name->v6.sin6_addr);
        end->scope = name->v6.sin6_scope_id;
        end->port = ntohs(name->v6.sin6_port);
    }
}

static socklen_t store_name(socket_address *name, const tk_endpoint *end, int family) {
    memset(name, 0, sizeof *name);
    if (family == AF_INET) {
        name->v4.sin_family = AF_INET;
        name->v4.sin_addr.s_addr = htonl((uint32_t)end->low);
        name->v4.sin_port = htons(end->port);
        return sizeof name->v4;
    }
    name->v6.sin6_family = AF_INET6;
    store_v6(&name->v6.sin6_addr, end);
    name->v6.sin6_scope_id = end->scope;
    name->v6.sin6_port = htons(end->port);
    return sizeof name->v6;
}

static int is_wildcard(const socket_address *name) {
    if (name->any.sa_family == AF_INET) return name->v4.sin_addr.s_addr == htonl(INADDR_ANY);
    return IN6_IS_ADDR_UNSPECIFIED(&name->v6.sin6_addr);
}

tk_udp_batch *tk_udp_batch_new(unsigned count, unsigned size) {
    tk_udp_batch *batch = calloc(1, sizeof *batch);
    if (!batch) return NULL;
    batch->count = count;
    batch->size = size;
    batch->datagrams = calloc(count, sizeof *batch->datagrams);
    batch->headers = calloc(count, sizeof *batch->headers);
    batch->vectors = calloc(count, sizeof *batch->vectors);
    batch->names = calloc(count, sizeof *batch->names);
    batch->controls = calloc(count, CONTROL_ROOM);
    batch->gathered = calloc(count, sizeof *batch->gathered);
    batch->keys = calloc(count, sizeof *batch->keys);
    batch->buffers = calloc(count, PITCH(size));
    if (!batch->datagrams || !batch->headers || !batch->vectors || !batch->names || !batch->controls
        || !batch->gathered || !batch->keys || !batch->buffers) {
        tk_udp_batch_free(batch);
        return NULL;
    }
    for (unsigned i = 0; i < count; i++) {
        batch->datagrams[i].bytes = batch->buffers + (size_t)i * PITCH(size);
        batch->vectors[i].iov_base = batch->datagrams[i].bytes;
        batch->headers[i].msg_hdr.msg_iov = &batch->vectors[i];
        batch->headers[i].msg_hdr.msg_iovlen = 1;
        batch->headers[i].msg_hdr.msg_name = &batch->names[i];
    }
    return batch;
}

void tk_udp_batch_free(tk_udp_batch *batch) {
    if (!batch) return;
    free(batch->datagrams);
    free(batch->headers);
    free(batch->vectors);
    free(batch->names);
    free(batch->controls);
    free(batch->gathered);
    free(batch->keys);
    free(batch->buffers);
    free(batch);
}

tk_datagram *tk_udp_batch_datagrams(tk_udp_batch *batch) { return batch->datagrams; }

static int prepare(int descriptor, const socket_address *name) {
    int on = 1, wants_local = is_wildcard(name);
    int status = name->any.sa_family == AF_INET
        ? setsockopt(descriptor, IPPROTO_IP, IP_PKTINFO, &wants_local, sizeof wants_local)
        : setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, &wants_local, sizeof wants_local);
    if (status == 0) status = setsockopt(descriptor, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    return status == 0 ? 0 : -errno;
}

int tk_udp_prepare(int descriptor) {
    socket_address name;
    socklen_t size = sizeof name;
    return getsockname(descriptor, &name.any, &size) == 0 ? prepare(descriptor, &name) : -errno;
}

int tk_udp_open(const tk_endpoint *address, int receive_buffer, int send_buffer) {
    int family = address->is_ipv4 ? AF_INET : AF_INET6, on = 1;
    int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    socket_address name;
    socklen_t size = store_name(&name, address, family);
    int status = prepare(descriptor, &name);
    // One socket a family: an IPv6 socket that also took IPv4 would hide which family was asked.
    if (status == 0 && family == AF_INET6
        && setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0)
        status = -errno;
    // The kernel caps both by net.core.{r,w}mem_max; less than asked is not an error.
    if (receive_buffer > 0) setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    if (send_buffer > 0) setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    if (status == 0 && bind(descriptor, &name.any, size) != 0) status = -errno;
    if (status == 0) return descriptor;
    close(descriptor);
    return status;
}

int tk_udp_bound(int descriptor, tk_endpoint *address) {
    socket_address name;
    socklen_t size = sizeof name;
    if (getsockname(descriptor, &name.any, &size) != 0) return -errno;
    load_name(address, &name);
    return is_wildcard(&name) ? 1 : 0;
}

static void load_control(tk_datagram *datagram, struct msghdr *header, uint32_t *drops) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            load_v4(&datagram->local, info.ipi_spec_dst);
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            load_v6(&datagram->local, &info.ipi6_addr);
            // A link-local address means nothing without its interface.
            if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) datagram->local.scope = info.ipi6_ifindex;
        } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
            memcpy(drops, CMSG_DATA(c), sizeof *drops);
        }
    }
}

int tk_udp_receive(int descriptor, tk_udp_batch *batch, uint32_t *drops) {
    for (unsigned i = 0; i < batch->count; i++) {
        struct msghdr *header = &batch->headers[i].msg_hdr;
        batch->vectors[i].iov_base = batch->datagrams[i].bytes;
        batch->vectors[i].iov_len = batch->size;
        header->msg_namelen = sizeof batch->names[i];
        header->msg_control = batch->controls + (size_t)i * CONTROL_ROOM;
        header->msg_controllen = CONTROL_ROOM;
    }
    int count;
    do count = recvmmsg(descriptor, batch->headers, batch->count, MSG_DONTWAIT, NULL);
    while (count < 0 && errno == EINTR);
    if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        tk_datagram *datagram = &batch->datagrams[i];
        load_name(&datagram->peer, &batch->names[i]);
        memset(&datagram->local, 0, sizeof datagram->local);
        load_control(datagram, &batch->headers[i].msg_hdr, drops);
        datagram->length = batch->headers[i].msg_len;
        datagram->truncated = (batch->headers[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
    }
    return count;
}

static size_t store_control(unsigned char *room, const tk_endpoint *local, int family) {
    if (local->high == 0 && local->low == 0) return 0;
    struct cmsghdr *c = (struct cmsghdr *)room;
    memset(room, 0, CONTROL_ROOM);
    if (family == AF_INET) {
        struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl((uint32_t)local->low)};
        c->cmsg_level = IPPROTO_IP;
        c->cmsg_type = IP_PKTINFO;
        c->cmsg_len = CMSG_LEN(sizeof info);
        memcpy(CMSG_DATA(c), &info, sizeof info);
        return CMSG_SPACE(sizeof info);
    }
    struct in6_pktinfo info = {.ipi6_ifindex = local->scope};
    store_v6(&info.ipi6_addr, local);
    c->cmsg_level = IPPROTO_IPV6;
    c->cmsg_type = IPV6_PKTINFO;
    c->cmsg_len = CMSG_LEN(sizeof info);
    memcpy(CMSG_DATA(c), &info, sizeof info);
    return CMSG_SPACE(sizeof info);
}

static int send_plain(
    int descriptor, int family, int from_local, tk_udp_batch *batch, unsigned first, unsigned count
) {
    for (unsigned i = first; i < first + count; i++) {
        struct msghdr *header = &batch->headers[i].msg_hdr;
        const tk_datagram *datagram = &batch->datagrams[i];
        unsigned char *control = batch->controls + (size_t)i * CONTROL_ROOM;
        header->msg_namelen = store_name(&batch->names[i], &datagram->peer, family);
        header->msg_controllen = from_local ? store_control(control, &datagram->local, family) : 0;
        header->msg_control = header->msg_controllen ? control : NULL;
        batch->vectors[i].iov_base = datagram->bytes;
        batch->vectors[i].iov_len = datagram->length;
    }
    int sent;
    do sent = sendmmsg(descriptor, batch->headers + first, count, 0);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

static int same_end(const tk_endpoint *a, const tk_endpoint *b) {
    return a->low == b->low && a->high == b->high && a->port == b->port && a->scope == b->scope
        && a->is_ipv4 == b->is_ipv4;
}

/// Brings datagrams of one peer and length together, so that they make runs; among themselves they keep their order.
static void gather(tk_udp_batch *batch, unsigned first, unsigned end) {
    const uint64_t taken = UINT64_MAX;
    uint64_t *keys = batch->keys;
    for (unsigned i = first; i < end; i++) {
        const tk_datagram *d = &batch->datagrams[i];
        uint64_t key = d->peer.low + d->peer.high * 31 + ((uint64_t)d->peer.port << 46) + ((uint64_t)d->length << 33);
        keys[i] = key >> 1;
    }
    unsigned out = first;
    for (unsigned i = first; i < end; i++) {
        uint64_t key = keys[i];
        for (unsigned k = i; key != taken && k < end; k++) {
            if (keys[k] != key) continue;
            keys[k] = taken;
            batch->gathered[out++] = batch->datagrams[k];
        }
    }
    memcpy(batch->datagrams + first, batch->gathered + first, (end - first) * sizeof *batch->datagrams);
}

/// How many datagrams from `first` on have one length, one peer and one local address.
static unsigned run_length(const tk_udp_batch *batch, unsigned first, unsigned end) {
    const tk_datagram *head = &batch->datagrams[first];
    unsigned next = first + 1;
    while (next < end && batch->datagrams[next].length == head->length && head->length > 0
           && (next - first + 1) * head->length <= RUN_BYTES && same_end(&batch->datagrams[next].peer, &head->peer)
           && same_end(&batch->datagrams[next].local, &head->local))
        next++;
    return next - first;
}

/// The header of a run: its datagrams as the pieces of one message, which the kernel takes apart again.
static void fill_run(
    tk_udp_batch *batch, struct msghdr *header, unsigned first, unsigned length, int family, int from_local
) {
    const tk_datagram *head = &batch->datagrams[first];
    unsigned char *control = batch->controls + (size_t)first * CONTROL_ROOM;
    header->msg_name = &batch->names[first];
    header->msg_namelen = store_name(&batch->names[first], &head->peer, family);
    header->msg_iov = &batch->vectors[first];
    header->msg_iovlen = length;
    header->msg_controllen = from_local ? store_control(control, &head->local, family) : 0;
    if (length > 1) {
        uint16_t size = (uint16_t)head->length;
        struct cmsghdr *c = (struct cmsghdr *)(control + header->msg_controllen);
        memset(c, 0, CMSG_SPACE(sizeof size));
        c->cmsg_level = IPPROTO_UDP;
        c->cmsg_type = UDP_SEGMENT;
        c->cmsg_len = CMSG_LEN(sizeof size);
        memcpy(CMSG_DATA(c), &size, sizeof size);
        header->msg_controllen += CMSG_SPACE(sizeof size);
    }
    header->msg_control = header->msg_controllen ? control : NULL;
    for (unsigned i = first; i < first + length; i++) {
        batch->vectors[i].iov_base = batch->datagrams[i].bytes;
        batch->vectors[i].iov_len = batch->datagrams[i].length;
    }
}

int tk_udp_send(int descriptor, int is_ipv4, int from_local, tk_udp_batch *batch, unsigned first, unsigned count) {
    int family = is_ipv4 ? AF_INET : AF_INET6;
    if (!batch->is_plain) gather(batch, first, first + count);
    unsigned runs = 0, at = first, end = first + count, head = 0;
    while (!batch->is_plain && at < end) {
        unsigned length = run_length(batch, at, end);
        if (runs == 0) head = length;
        fill_run(batch, &batch->headers[first + runs++].msg_hdr, at, length, family, from_local);
        at += length;
    }
    int sent = 0;
    if (runs > 0)
        do sent = sendmmsg(descriptor, batch->headers + first, runs, 0);
        while (sent < 0 && errno == EINTR);
    int failure = errno;
    unsigned done = 0;
    for (unsigned run = 0; run < runs; run++) {
        struct msghdr *header = &batch->headers[first + run].msg_hdr;
        if ((int)run < sent) done += (unsigned)header->msg_iovlen;
        header->msg_iov = &batch->vectors[first + run];
        header->msg_iovlen = 1;
        header->msg_name = &batch->names[first + run];
    }
    if (sent > 0) return (int)done;
    if (runs > 0 && head == 1) return -failure;
    // No offload of checksums, a tunnel, an old kernel: whatever it is, one by one the datagrams may pass.
    if (runs > 0 && (failure == EIO || failure == EINVAL || failure == EOPNOTSUPP)) batch->is_plain = 1;
    return send_plain(descriptor, family, from_local, batch, first, runs > 0 ? head : count);
}

int tk_udp_wait(int descriptor, int stop, int timeout_milliseconds) {
    struct pollfd set[2] = {{.fd = descriptor, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
    int ready;
    do ready = poll(set, 2, timeout_milliseconds);
    while (ready < 0 && errno == EINTR);
    if (ready < 0) return -errno;
    if (set[1].revents) return 2;
    return set[0].revents ? 1 : 0;
}

int tk_event_new(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

void tk_event_raise(int descriptor) {
    uint64_t one = 1;
    // A full counter is already raised; nothing else can fail here.
    ssize_t written = write(descriptor, &one, sizeof one);
    (void)written;
}
