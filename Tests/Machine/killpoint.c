// killpoint: preloaded into a program, kills it with SIGKILL right before its Nth write to an SQLite file.
//
// Writes are counted over all calls that change a file whose name holds ".sqlite": write, pwrite, fsync,
// fdatasync, ftruncate and unlink. KILLPOINT=N names the call (1 is the first one); without it nothing is
// killed and the count is left in the file KILLPOINT_COUNT.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int calls;

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real; })

static void step(const char *path) {
    if (!strstr(path, ".sqlite")) return;
    int call = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    const char *at = getenv("KILLPOINT");
    if (at && call == atoi(at)) kill(getpid(), SIGKILL);
}
static void step_fd(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n > 0) path[n] = 0, step(path);
}
__attribute__((destructor)) static void report(void) {
    const char *file = getenv("KILLPOINT_COUNT");
    FILE *out = file ? fopen(file, "w") : NULL;
    if (out) fprintf(out, "%d\n", calls), fclose(out);
}

ssize_t write(int fd, const void *data, size_t n) { step_fd(fd); return REAL(write)(fd, data, n); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { step_fd(fd); return REAL(pwrite)(fd, data, n, at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) { step_fd(fd); return REAL(pwrite64)(fd, data, n, at); }
int fsync(int fd) { step_fd(fd); return REAL(fsync)(fd); }
int fdatasync(int fd) { step_fd(fd); return REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t n) { step_fd(fd); return REAL(ftruncate)(fd, n); }
int ftruncate64(int fd, off64_t n) { step_fd(fd); return REAL(ftruncate64)(fd, n); }
int unlink(const char *path) { step(path); return REAL(unlink)(path); }
