// Before libevent's headers, which define _GNU_SOURCE: system types read after that (fd_set) differ from those of
// Swift's own Glibc module, and neither could be imported.
#include <sys/types.h>
#include <sys/eventfd.h>
#include <event2/event.h>
