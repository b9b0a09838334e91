/* raddevices - many subscribers' devices behind a few NAS, all dialling at one moment (RFC 2865, 2866).
 *
 * Each device dials (PAP); its NAS asks again after a timeout, a few times, and then the device dials anew after a
 * while.  Accepted, it reports its Start and interims until the server acknowledges each; rejected, it redials as long
 * as the run lasts, as real ones do.  One device in --expired must be rejected, all others accepted.
 * It is settled when every good device's Start was acknowledged and every expired one was rejected at least once.
 * On SIGTERM it asks nothing new, waits for what is outstanding, and writes its ledger.  See README.md. */
#define _GNU_SOURCE
#include "radcommon.h"
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_SRC 64
#define PACKET 256
#define CLASS_MAX 64

enum phase { IDLE, AUTH, START, UP, INTERIM };

struct device {
    uint64_t due, first;            /* when its timer fires; when its request was first sent */
    uint64_t in, out, sent_in, sent_out;
    uint32_t place, t0, age, ack_age, fip;
    uint16_t len;
    uint8_t phase, tries, acked, unsure, was_rejected, settled, class_len;
    uint8_t cls[CLASS_MAX];
    uint8_t packet[PACKET];         /* what is outstanding, as it was sent */
};

static struct {
    const char *host, *secret, *src, *ledger;
    int port, acct_port;
    uint32_t devices, expired, retries;
    double timeout_ms, seconds, interim, reject_wait, wait;
} opt = { .host = "127.0.0.1", .secret = "testing123", .src = "127.0.0.1", .port = 1812, .acct_port = 1813, .devices = 40000,
          .expired = 10, .retries = 3, .timeout_ms = 1100, .seconds = 300, .interim = 60, .reject_wait = 1, .wait = 5 };

static struct {
    uint64_t dials, requests, accepts, rejects, retransmits, gave_up, starts, interims, acct_retransmits, wrong, bad, stray;
    uint32_t settled, connected, refused;
    uint64_t settled_at, last_settled;
} st;

static struct device *devices;
static uint32_t *heap, heap_size;
static int *sockets[2];             /* authentication, accounting: device d has socket d / 256 and identifier d % 256 */
static uint32_t nas_addr[MAX_SRC], nsrc, run;
static struct radkey key;
static uint64_t *settle_times;
static volatile sig_atomic_t stopping;
static void on_stop(int sig) { (void)sig; stopping = 1; }

static void die(const char *what)
{
    fprintf(stderr, "raddevices: %s: %s\n", what, strerror(errno));
    exit(64);
}
static uint64_t rs = 88172645463325252u;
static uint32_t rnd(void) { rs ^= rs << 13; rs ^= rs >> 7; rs ^= rs << 17; return (uint32_t)(rs >> 16); }
static uint64_t seconds_ns(double s) { return (uint64_t)(s * 1e9); }

/* ---------------------------------------------------------------- a heap of devices by their timers */
static bool before(uint32_t a, uint32_t b) { return devices[a].due < devices[b].due; }
static void put(uint32_t place, uint32_t d) { heap[place] = d; devices[d].place = place; }
static void up(uint32_t place)
{
    uint32_t d = heap[place];
    while (place && before(d, heap[(place - 1) / 2])) { put(place, heap[(place - 1) / 2]); place = (place - 1) / 2; }
    put(place, d);
}
static void down(uint32_t place)
{
    uint32_t d = heap[place];
    for (uint32_t child; (child = 2 * place + 1) < heap_size; place = child) {
        if (child + 1 < heap_size && before(heap[child + 1], heap[child])) child++;
        if (!before(heap[child], d)) break;
        put(place, heap[child]);
    }
    put(place, d);
}
static void wake(uint32_t d, uint64_t due)
{
    devices[d].due = due;
    up(devices[d].place);
    down(devices[d].place);
}

/* ---------------------------------------------------------------- packets */
static uint8_t *a_u32(uint8_t *p, uint8_t t, uint32_t v) { p[0] = t; p[1] = 6; put32(p + 2, v); return p + 6; }
static uint8_t *a_raw(uint8_t *p, uint8_t t, const void *v, size_t n)
{
    p[0] = t;
    p[1] = (uint8_t)(n + 2);
    memcpy(p + 2, v, n);
    return p + 2 + n;
}
static uint32_t nas_of(uint32_t d) { return d / 256 % nsrc; }
static bool is_expired(uint32_t d) { return opt.expired && (d + 1) % opt.expired == 0; }
static uint8_t *common(uint8_t *p, uint32_t d)
{
    char name[16], mac[24];
    snprintf(name, sizeof name, "sub%07u", (d + 1) % 10000000);
    snprintf(mac, sizeof mac, "02-00-00-%02x-%02x-%02x", d >> 16 & 255, d >> 8 & 255, d & 255);
    p = a_raw(p, A_USER_NAME, name, 10);
    p = a_u32(p, A_NAS_IP, nas_addr[nas_of(d)]);
    p = a_u32(p, A_NAS_PORT, d + 1);
    p = a_raw(p, A_CALLING_STATION, mac, 17);
    p = a_u32(p, A_SERVICE_TYPE, 2);
    return a_u32(p, A_FRAMED_PROTOCOL, 1);
}
static void build_auth(uint32_t d)
{
    struct device *z = &devices[d];
    uint8_t *b = z->packet, *p = b + 20, digest[16];
    char password[24] = {0};
    MD5_CTX m = key.head;
    b[0] = ACCESS_REQUEST;
    b[1] = (uint8_t)d;
    for (int i = 4; i < 20; i += 4) put32(b + i, rnd());
    p[0] = A_MESSAGE_AUTH; p[1] = 18; p += 18;
    p = common(p, d);
    snprintf(password, 16, "pw%07u", (d + 1) % 10000000);
    MD5_Update(&m, b + 4, 16);
    MD5_Final(digest, &m);
    for (int i = 0; i < 16; i++) digest[i] ^= (uint8_t)password[i];
    p = a_raw(p, A_USER_PASSWORD, digest, 16);
    z->len = (uint16_t)(p - b);
    put16(b + 2, z->len);
    rad_hmac(&key, b, z->len, b + 4, 22, b + 22);
}
static void build_acct(uint32_t d, uint32_t status)
{
    static const uint8_t zero[16];
    struct device *z = &devices[d];
    uint8_t *b = z->packet, *p = b + 20;
    char id[24];
    uint32_t now = (uint32_t)time(NULL);
    if (status == 1) z->t0 = now;
    z->age = now - z->t0;
    b[0] = ACCOUNTING_REQUEST;
    b[1] = (uint8_t)d;
    p = a_u32(p, A_ACCT_STATUS, status);
    snprintf(id, sizeof id, "%08x%08x", run, d);
    p = a_raw(p, A_ACCT_SESSION_ID, id, 16);
    p = common(p, d);
    p = a_u32(p, A_FRAMED_IP, z->fip ? z->fip : 0x0a000000u + d + 1);
    p = a_u32(p, A_EVENT_TIME, now);
    p = a_u32(p, A_ACCT_DELAY, 0);
    if (z->class_len) p = a_raw(p, A_CLASS, z->cls, z->class_len);
    if (status != 1) {
        z->sent_in += rnd() % 100000000;
        z->sent_out += rnd() % 1000000000;
        p = a_u32(p, A_ACCT_SESSION_TIME, z->age);
        p = a_u32(p, A_ACCT_IN_OCTETS, (uint32_t)z->sent_in);
        p = a_u32(p, A_ACCT_OUT_OCTETS, (uint32_t)z->sent_out);
        p = a_u32(p, A_ACCT_IN_GIGA, (uint32_t)(z->sent_in >> 32));
        p = a_u32(p, A_ACCT_OUT_GIGA, (uint32_t)(z->sent_out >> 32));
    }
    z->len = (uint16_t)(p - b);
    put16(b + 2, z->len);
    rad_sign(&key, b, z->len, zero, b + 4);
}

/* ---------------------------------------------------------------- what devices do */
static void transmit(uint32_t d, uint64_t now)
{
    struct device *z = &devices[d];
    st.requests++;
    (void)!send(sockets[z->phase != AUTH][d / 256], z->packet, z->len, MSG_DONTWAIT);
    z->tries++;
    wake(d, now + seconds_ns(opt.timeout_ms / 1e3));
}
static void ask(uint32_t d, uint8_t phase, uint64_t now)
{
    struct device *z = &devices[d];
    z->phase = phase;
    z->tries = 0;
    z->first = now;
    if (phase == AUTH) { build_auth(d); st.dials++; } else build_acct(d, phase == START ? 1 : 3);
    transmit(d, now);
}
static void settle(uint32_t d, uint64_t now)
{
    if (devices[d].settled) return;
    devices[d].settled = 1;
    settle_times[st.settled++] = now;
}
static void timer(uint32_t d, uint64_t now)
{
    struct device *z = &devices[d];
    switch (z->phase) {
    case IDLE: if (stopping) wake(d, UINT64_MAX); else ask(d, AUTH, now); break;
    case UP: if (stopping) wake(d, UINT64_MAX); else ask(d, INTERIM, now); break;
    case AUTH:
        if (z->tries > opt.retries || stopping) {
            st.gave_up += !stopping;
            z->phase = IDLE;
            wake(d, now + seconds_ns(opt.wait) + rnd() % seconds_ns(opt.wait));     /* it dials anew */
        } else { st.retransmits++; transmit(d, now); }
        break;
    default: st.acct_retransmits++; transmit(d, now);       /* a record is kept until it is acknowledged */
    }
}
static void accepted(uint32_t d, const uint8_t *p, size_t len, uint64_t now)
{
    struct device *z = &devices[d];
    st.accepts++;
    if (is_expired(d)) { st.wrong++; fprintf(stderr, "raddevices: sub%07u is expired and was accepted\n", d + 1); }
    for (size_t o = 20; o < len; o += p[o + 1]) {
        if (p[o] == A_CLASS && p[o + 1] - 2 <= CLASS_MAX) { z->class_len = (uint8_t)(p[o + 1] - 2); memcpy(z->cls, p + o + 2, z->class_len); }
        if (p[o] == A_FRAMED_IP && p[o + 1] == 6) z->fip = get32(p + o + 2);
    }
    ask(d, START, now);
}
static void rejected(uint32_t d, uint64_t now)
{
    struct device *z = &devices[d];
    st.rejects++;
    if (!is_expired(d)) { st.wrong++; fprintf(stderr, "raddevices: sub%07u is good and was rejected\n", d + 1); }
    else {
        if (!z->was_rejected) { z->was_rejected = 1; st.refused++; }
        settle(d, now);
    }
    z->phase = IDLE;
    wake(d, now + seconds_ns(opt.reject_wait) + rnd() % seconds_ns(opt.reject_wait / 4));
}
static void acknowledged(uint32_t d, uint64_t now)
{
    struct device *z = &devices[d];
    if (z->phase == START) { st.starts++; st.connected++; z->acked = 1; settle(d, now); }
    else { st.interims++; z->acked = 3; z->in = z->sent_in; z->out = z->sent_out; z->ack_age = z->age; }
    z->phase = UP;
    wake(d, now + seconds_ns(opt.interim) * 3 / 4 + rnd() % (seconds_ns(opt.interim) / 2));
}
static bool well_formed(const uint8_t *p, size_t len)
{
    size_t o = 20;
    while (o + 2 <= len && p[o + 1] >= 2 && o + p[o + 1] <= len) o += p[o + 1];
    return o == len;
}
static void receive(bool acct, uint32_t group, const uint8_t *p, size_t n, uint64_t now)
{
    uint8_t digest[16];
    if (n < 20 || get16(p + 2) > n || get16(p + 2) < 20 || !well_formed(p, get16(p + 2))) { st.bad++; return; }
    uint32_t d = group * 256 + p[1];
    struct device *z = d < opt.devices ? &devices[d] : NULL;
    if (!z || acct != (z->phase == START || z->phase == INTERIM) || (!acct && z->phase != AUTH)) { st.stray++; return; }
    rad_sign(&key, p, get16(p + 2), z->packet + 4, digest);
    if (memcmp(digest, p + 4, 16)) { st.stray++; return; }     /* late, for the identifier's last use */
    if (acct && p[0] == ACCOUNTING_RESPONSE) acknowledged(d, now);
    else if (p[0] == ACCESS_ACCEPT) accepted(d, p, get16(p + 2), now);
    else if (p[0] == ACCESS_REJECT) rejected(d, now);
    else st.bad++;
}

/* ---------------------------------------------------------------- set-up and ends */
static void open_sockets(int ep)
{
    struct rlimit files = { 65536, 65536 };
    char *list = strdup(opt.src);
    uint32_t groups = (opt.devices + 255) / 256;
    setrlimit(RLIMIT_NOFILE, &files);
    struct sockaddr_in from[MAX_SRC] = {0}, to = { .sin_family = AF_INET };
    for (char *s = strtok(list, ","); s && nsrc < MAX_SRC; s = strtok(NULL, ","), nsrc++) {
        from[nsrc].sin_family = AF_INET;
        if (!inet_aton(s, &from[nsrc].sin_addr)) die(s);
        nas_addr[nsrc] = ntohl(from[nsrc].sin_addr.s_addr);
    }
    if (!inet_aton(opt.host, &to.sin_addr)) die(opt.host);
    for (uint32_t acct = 0; acct < 2; acct++) {
        sockets[acct] = calloc(groups, sizeof(int));
        to.sin_port = htons((uint16_t)(acct ? opt.acct_port : opt.port));
        for (uint32_t g = 0; g < groups; g++) {
            int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), size = 4 << 20;
            struct epoll_event ev = { .events = EPOLLIN, .data.u32 = acct << 31 | g };
            if (fd < 0 || bind(fd, (struct sockaddr *)&from[g % nsrc], sizeof *from)) die("socket");
            setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
            if (connect(fd, (struct sockaddr *)&to, sizeof to) || epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev)) die("connect");
            sockets[acct][g] = fd;
        }
    }
    free(list);
}
static uint32_t outstanding(void)
{
    uint32_t n = 0;
    for (uint32_t d = 0; d < opt.devices; d++) n += devices[d].phase == START || devices[d].phase == INTERIM;
    return n;
}
static void write_ledger(void)
{
    FILE *file = fopen(opt.ledger, "w");
    if (!file) die(opt.ledger);
    for (uint32_t d = 0; d < opt.devices; d++) {
        struct device *z = &devices[d];
        struct in_addr a = { htonl(nas_addr[nas_of(d)]) };
        bool open = z->phase == START || z->phase == INTERIM;
        if (z->acked || open)
            fprintf(file, "%08x%08x sub%07u %s status=%u in=%llu out=%llu unsure=%u time=%u sent_in=%llu sent_out=%llu\n", run, d,
                    d + 1, inet_ntoa(a), z->acked, (unsigned long long)z->in, (unsigned long long)z->out, open, z->ack_age,
                    (unsigned long long)z->sent_in, (unsigned long long)z->sent_out);
    }
    fclose(file);
}
static void report(uint64_t begin, uint64_t now)
{
    double last = st.settled ? (double)(settle_times[st.settled - 1] - begin) / 1e9 : 0;
    double half = st.settled ? (double)(settle_times[st.settled / 2] - begin) / 1e9 : 0;
    double p99 = st.settled ? (double)(settle_times[(uint64_t)st.settled * 99 / 100] - begin) / 1e9 : 0;
#define U(x) ((unsigned long long)(x))
    printf("{\"devices\":%u,\"settled\":%u,\"settled_p50_s\":%.2f,\"settled_p99_s\":%.2f,\"settled_last_s\":%.2f,\"connected\":%u,"
           "\"refused\":%u,\"dials\":%llu,\"requests\":%llu,\"accepts\":%llu,\"rejects\":%llu,\"retransmits\":%llu,\"gave_up\":%llu,"
           "\"starts\":%llu,\"interims\":%llu,\"acct_retransmits\":%llu,\"unanswered\":%u,\"wrong\":%llu,\"bad\":%llu,\"stray\":%llu,"
           "\"seconds\":%.1f}\n", opt.devices, st.settled, half, p99, last, st.connected, st.refused, U(st.dials), U(st.requests),
           U(st.accepts), U(st.rejects), U(st.retransmits), U(st.gave_up), U(st.starts), U(st.interims), U(st.acct_retransmits),
           outstanding(), U(st.wrong), U(st.bad), U(st.stray), (double)(now - begin) / 1e9);
}
static void options(int argc, char **argv)
{
    enum { HOST = 1, PORT, APORT, SECRET, DEVICES, EXPIRED, SRC, TIMEOUT, RETRIES, SECONDS, INTERIM_S, REDIAL, WAIT, LEDGER };
    static const struct option o[] = { {"host", 1, 0, HOST}, {"port", 1, 0, PORT}, {"acct-port", 1, 0, APORT}, {"secret", 1, 0, SECRET},
        {"devices", 1, 0, DEVICES}, {"expired", 1, 0, EXPIRED}, {"src", 1, 0, SRC}, {"timeout-ms", 1, 0, TIMEOUT},
        {"retries", 1, 0, RETRIES}, {"seconds", 1, 0, SECONDS}, {"interim", 1, 0, INTERIM_S}, {"reject-wait", 1, 0, REDIAL},
        {"wait", 1, 0, WAIT}, {"ledger", 1, 0, LEDGER}, {0} };
    for (int c; (c = getopt_long(argc, argv, "", o, NULL)) != -1;) switch (c) {
        case HOST: opt.host = optarg; break;
        case PORT: opt.port = atoi(optarg); break;
        case APORT: opt.acct_port = atoi(optarg); break;
        case SECRET: opt.secret = optarg; break;
        case DEVICES: opt.devices = (uint32_t)strtoul(optarg, NULL, 0); break;
        case EXPIRED: opt.expired = (uint32_t)strtoul(optarg, NULL, 0); break;
        case SRC: opt.src = optarg; break;
        case TIMEOUT: opt.timeout_ms = atof(optarg); break;
        case RETRIES: opt.retries = (uint32_t)strtoul(optarg, NULL, 0); break;
        case SECONDS: opt.seconds = atof(optarg); break;
        case INTERIM_S: opt.interim = atof(optarg); break;
        case REDIAL: opt.reject_wait = atof(optarg); break;
        case WAIT: opt.wait = atof(optarg); break;
        case LEDGER: opt.ledger = optarg; break;
        default: fputs("usage: raddevices [--host A --port P --acct-port P --secret S --src A,B,.. --devices N --expired K\n"
                       "  --timeout-ms T --retries N --wait S (before it dials anew) --reject-wait S --interim S\n"
                       "  --seconds S --ledger FILE]\n", stderr); exit(64);
    }
    if (!opt.devices || opt.devices > 9999999 || !(opt.interim > 0) || !(opt.wait > 0) || !(opt.reject_wait > 0)) die("bad number");
}

int main(int argc, char **argv)
{
    options(argc, argv);
    radkey_init(&key, opt.secret);
    rs ^= now_ns() << 7 ^ (uint64_t)getpid();
    run = rnd();
    signal(SIGTERM, on_stop);
    signal(SIGINT, on_stop);
    devices = calloc(opt.devices, sizeof *devices);
    heap = calloc(opt.devices, sizeof *heap);
    settle_times = calloc(opt.devices, sizeof *settle_times);
    int ep = epoll_create1(EPOLL_CLOEXEC);
    if (!devices || !heap || !settle_times || ep < 0) die("memory");
    open_sockets(ep);
    uint64_t begin = now_ns(), now = begin, end = begin + seconds_ns(opt.seconds), said = begin, stop_at = UINT64_MAX;
    for (uint32_t d = 0; d < opt.devices; d++) { devices[d].due = begin; put(heap_size++, d); }
    struct epoll_event ev[256];
    uint8_t b[4096];
    for (;;) {
        now = now_ns();
        if (now >= end) stopping = 1;
        if (stopping && stop_at == UINT64_MAX) stop_at = now + seconds_ns(10);
        if (now >= stop_at || (stopping && !outstanding())) break;
        /* A few at a time: answers are read between them, as any NAS would. */
        for (int i = 0; i < 64 && devices[heap[0]].due <= now; i++) timer(heap[0], now);
        int64_t idle = (int64_t)(devices[heap[0]].due - now) / 1000000;
        int n = epoll_wait(ep, ev, 256, devices[heap[0]].due <= now ? 0 : idle > 20 ? 20 : (int)idle + 1);
        for (int i = 0; i < n; i++) {
            uint32_t acct = ev[i].data.u32 >> 31, g = ev[i].data.u32 & 0x7fffffff;
            for (ssize_t r; (r = recv(sockets[acct][g], b, sizeof b, MSG_DONTWAIT)) >= 0;) receive(acct, g, b, (size_t)r, now_ns());
        }
        if (now - said > seconds_ns(5)) {
            said = now;
            fprintf(stderr, "raddevices: %3.0f s: %u of %u settled, %u connected, %u refused, retransmitted %llu, gave up %llu\n",
                    (double)(now - begin) / 1e9, st.settled, opt.devices, st.connected, st.refused, U(st.retransmits), U(st.gave_up));
        }
    }
    if (opt.ledger) write_ledger();
    report(begin, now);
    return st.wrong || st.bad ? 1 : st.settled < opt.devices ? 2 : 0;
}
