#define _GNU_SOURCE
#include "udp_batch.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

/// So many runs refused without one that was taken, and no more are made.
#define REFUSALS 64u
/// Bytes of one run at most: below what a datagram may have.
#define RUN_BYTES 60000u

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103  // Linux 4.18
#endif

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
    tk_store_address(&info.ipi6_addr, local);
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
        header->msg_namelen = tk_store_name(&batch->names[i], &datagram->peer, family);
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
    header->msg_namelen = tk_store_name(&batch->names[first], &head->peer, family);
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

/// Before Linux 4.18 a run would leave as one long datagram, and no error would say so.
static void ask(int descriptor, tk_udp_batch *batch) {
    int size = 0;
    socklen_t length = sizeof size;
    batch->is_plain = getsockopt(descriptor, IPPROTO_UDP, UDP_SEGMENT, &size, &length) != 0;
    batch->is_asked = 1;
}

/// No offload of checksums, a tunnel, a datagram that the route must cut: whatever it is, one by one they may pass. One
/// peer's route says nothing of the others', unless nothing else is heard.
static void note_refusal(tk_udp_batch *batch, int failure) {
    if (failure != EIO && failure != EINVAL && failure != EOPNOTSUPP) return;
    if (++batch->refusals >= REFUSALS) batch->is_plain = 1;
}

int tk_udp_send(int descriptor, int is_ipv4, int from_local, tk_udp_batch *batch, unsigned first, unsigned count) {
    int family = is_ipv4 ? AF_INET : AF_INET6;
    if (!batch->is_asked) ask(descriptor, batch);
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
    if (sent > 0) {
        if (done > (unsigned)sent) batch->refusals = 0;
        return (int)done;
    }
    if (runs > 0 && head == 1) return -failure;
    if (runs > 0) note_refusal(batch, failure);
    return send_plain(descriptor, family, from_local, batch, first, runs > 0 ? head : count);
}
