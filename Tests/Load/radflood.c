/* radflood - Access-Requests from many addresses that no server knows, as fast as they go or at a rate.
 *
 * One socket: each packet names its own source address (IP_PKTINFO), and all of 127.0.0.0/8 is this machine's, so
 * ten thousand strangers need no configuration.  Answers are counted: strangers should get none.  With one source and
 * its secret it is a known router gone mad, whose requests are for users that do not exist.  See README.md. */
#define _GNU_SOURCE
#include "radcommon.h"
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 64
#define SIZE 128

static volatile sig_atomic_t stopped;
static void stop(int sig) { (void)sig; stopped = 1; }

static void die(const char *what)
{
    fprintf(stderr, "radflood: %s: %s\n", what, strerror(errno));
    exit(64);
}
/* A whole, signed Access-Request: what makes it unwelcome is its sender alone. */
static size_t build(uint8_t *b, const struct radkey *key, uint32_t n)
{
    uint8_t *p = b + 20;
    memset(b, 0, SIZE);
    b[0] = ACCESS_REQUEST;
    b[1] = (uint8_t)n;
    for (int i = 0; i < 4; i++) put32(b + 4 + 4 * i, (n + 1) * 2654435761u + (uint32_t)i);
    p[0] = A_MESSAGE_AUTH; p[1] = 18; p += 18;
    p[0] = A_USER_NAME; p[1] = 12; snprintf((char *)p + 2, 16, "flo%07u", n % 10000000); p += 12;
    p[0] = A_USER_PASSWORD; p[1] = 18; p += 18;
    p[0] = A_NAS_PORT; p[1] = 6; put32(p + 2, n); p += 6;
    size_t len = (size_t)(p - b);
    put16(b + 2, (unsigned)len);
    rad_hmac(key, b, len, b + 4, 22, b + 22);
    return len;
}

int main(int argc, char **argv)
{
    const char *host = "127.0.0.1", *first = "127.1.0.1", *secret = "nobody knows this";
    int port = 1812;
    uint32_t sources = 10000;
    double seconds = 5, rate = 0;
    static const struct option o[] = { {"host", 1, 0, 'h'}, {"port", 1, 0, 'p'}, {"first", 1, 0, 'f'}, {"sources", 1, 0, 'n'},
        {"seconds", 1, 0, 's'}, {"rate", 1, 0, 'r'}, {"secret", 1, 0, 'k'}, {0} };
    for (int c; (c = getopt_long(argc, argv, "", o, NULL)) != -1;) switch (c) {
        case 'h': host = optarg; break;
        case 'p': port = atoi(optarg); break;
        case 'f': first = optarg; break;
        case 'n': sources = (uint32_t)strtoul(optarg, NULL, 0); break;
        case 's': seconds = atof(optarg); break;
        case 'r': rate = atof(optarg); break;
        case 'k': secret = optarg; break;
        default: fputs("usage: radflood [--host A --port P --first ADDRESS --sources N --seconds S --rate R --secret S]\n", stderr); return 64;
    }
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    struct in_addr a;
    if (!inet_aton(host, &to.sin_addr) || !inet_aton(first, &a) || !sources) die("bad address");
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    struct sockaddr_in any = { .sin_family = AF_INET };
    if (bind(fd, (struct sockaddr *)&any, sizeof any)) die("bind");
    signal(SIGTERM, stop);
    signal(SIGINT, stop);

    static uint8_t packets[1024][SIZE];
    struct radkey key;
    radkey_init(&key, secret);
    size_t len = 0;
    for (uint32_t i = 0; i < 1024; i++) len = build(packets[i], &key, i);

    struct mmsghdr m[BATCH] = {0};
    struct iovec iov[BATCH];
    union { char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))]; struct cmsghdr align; } control[BATCH];
    memset(control, 0, sizeof control);
    for (int i = 0; i < BATCH; i++) {
        m[i].msg_hdr = (struct msghdr){ .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &iov[i], .msg_iovlen = 1,
            .msg_control = control[i].bytes, .msg_controllen = sizeof control[i].bytes };
        struct cmsghdr *c = CMSG_FIRSTHDR(&m[i].msg_hdr);
        c->cmsg_level = IPPROTO_IP;
        c->cmsg_type = IP_PKTINFO;
        c->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
    }
    uint64_t n = 0, sent = 0, failed = 0, answers = 0, begin = now_ns(), end = begin + (uint64_t)(seconds * 1e9), now = begin;
    while (!stopped && (now = now_ns()) < end) {
        if (rate > 0 && (double)sent > (double)(now - begin) * rate / 1e9) { usleep(200); continue; }
        for (int i = 0; i < BATCH; i++, n++) {
            struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(CMSG_FIRSTHDR(&m[i].msg_hdr));
            info->ipi_spec_dst.s_addr = htonl(ntohl(a.s_addr) + (uint32_t)(n % sources));
            iov[i] = (struct iovec){ packets[n % 1024], len };
        }
        int r = sendmmsg(fd, m, BATCH, 0);
        if (r > 0) sent += (uint64_t)r;
        else if (errno == EINVAL || errno == EADDRNOTAVAIL) die("sendmmsg");
        else failed++;
        uint8_t b[64];
        while (recv(fd, b, sizeof b, MSG_DONTWAIT) >= 0) answers++;
    }
    double took = (double)(now - begin) / 1e9;
    printf("{\"sent\":%llu,\"rate\":%.0f,\"seconds\":%.3f,\"sources\":%u,\"answers\":%llu,\"send_failures\":%llu}\n",
           (unsigned long long)sent, (double)sent / took, took, sources, (unsigned long long)answers, (unsigned long long)failed);
    return 0;
}
