#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>

/// The connection's socket, or -1. MHD_get_connection_info takes a variable list of arguments, which Swift can't call.
static inline int tk_connection_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

/// The bytes of an IP address, in network order; gives how many (4, 16, or 0 for another family).
static inline size_t tk_address_bytes(const struct sockaddr *address, uint8_t bytes[16]) {
    if (!address) return 0;
    if (address->sa_family == AF_INET) {
        memcpy(bytes, &((const struct sockaddr_in *)address)->sin_addr, 4);
        return 4;
    }
    if (address->sa_family != AF_INET6) return 0;
    memcpy(bytes, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
    return 16;
}

/// The same of a connection's client.
static inline size_t tk_client_bytes(struct MHD_Connection *connection, uint8_t bytes[16]) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? tk_address_bytes(info->client_addr, bytes) : 0;
}

/// What a content reader returns at the end, and at an end that is none. The macros are casts, which Swift can't read.
static const ssize_t tk_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;
static const ssize_t tk_end_with_error = MHD_CONTENT_READER_END_WITH_ERROR;
static const uint64_t tk_size_unknown = MHD_SIZE_UNKNOWN;

static const int tk_tcp_user_timeout = TCP_USER_TIMEOUT;

/// Whether the other side of a socket will send nothing more. POLLRDHUP is behind _GNU_SOURCE, which this can't rely on.
static inline bool tk_has_left(int descriptor) {
    enum { read_end = 0x2000 };
    struct pollfd entry = {.fd = descriptor, .events = read_end, .revents = 0};
    return poll(&entry, 1, 0) > 0 && (entry.revents & (read_end | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

/// Connections of a daemon now, suspended ones among them.
static inline unsigned int tk_daemon_connections(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info ? info->num_connections : 0;
}
