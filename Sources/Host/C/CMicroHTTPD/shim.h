#include <microhttpd.h>

/// The connection's socket, or -1. MHD_get_connection_info takes a variable list of arguments, which Swift can't call.
static inline int tk_connection_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}
