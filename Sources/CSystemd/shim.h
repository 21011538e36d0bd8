#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
