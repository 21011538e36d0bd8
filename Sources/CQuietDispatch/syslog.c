#include "CQuietDispatch.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

// These two stand before the C library's. Of what is linked only libdispatch logs by syslog(3), and nearly all that it has
// to say is, at every start of whoever is not root, that the kernel refuses the priority of a thread. The journal need
// not know; whatever else there may be goes where errors go.

void vsyslog(int priority, const char *format, va_list arguments) {
  (void)priority;
  if (strncmp(format, "Failed to set thread priority", 29) == 0) return;
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
}

void syslog(int priority, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsyslog(priority, format, arguments);
  va_end(arguments);
}
