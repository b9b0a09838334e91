// The system headers as Swift's own Glibc module reads them; otherwise their types differ (fd_set).
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <event2/event.h>
#include <event2/thread.h>
#include <sys/eventfd.h>
