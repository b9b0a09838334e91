#define _GNU_SOURCE
#include "udp_batch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

// Buffers a page apart would share the few places of the processor's cache that their beginnings may lie in.
#define PITCH(size) ((((size) + 63) & ~(size_t)63) | 64)

static uint64_t load64(const uint8_t *bytes) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | bytes[i];
    return value;
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

static void store64(uint8_t *bytes, uint64_t value) {
    for (int i = 7; i >= 0; i--, value >>= 8) bytes[i] = (uint8_t)value;
}

void tk_store_address(struct in6_addr *address, const tk_endpoint *end) {
    store64(address->s6_addr, end->high);
    store64(address->s6_addr + 8, end->is_ipv4 ? 0xffff00000000ull | end->low : end->low);
}

socklen_t tk_store_name(socket_address *name, const tk_endpoint *end, int family) {
    memset(name, 0, sizeof *name);
    if (family == AF_INET) {
        name->v4.sin_family = AF_INET;
        name->v4.sin_addr.s_addr = htonl((uint32_t)end->low);
        name->v4.sin_port = htons(end->port);
        return sizeof name->v4;
    }
    name->v6.sin6_family = AF_INET6;
    tk_store_address(&name->v6.sin6_addr, end);
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
    socklen_t size = tk_store_name(&name, address, family);
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
