// The system headers as Swift's own Glibc module reads them; otherwise their types differ (fd_set).
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <microhttpd.h>
