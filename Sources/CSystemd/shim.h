#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

/* <unistd.h> declares it only with _GNU_SOURCE, which would clash with Swift's own view of glibc. */
int syncfs(int fd);
