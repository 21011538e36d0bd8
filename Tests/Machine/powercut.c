// powercut: preloaded into programs that write SQLite files below POWERCUT_ROOT, keeps below POWERCUT_DISK what a
// disk is sure to hold at any time: each file as it was at its last fsync or fdatasync. What was written since is
// what a power cut would lose.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real; })

static void keep(int fd) {
    const char *root = getenv("POWERCUT_ROOT"), *disk = getenv("POWERCUT_DISK");
    if (!root || !disk) return;
    char link[64], path[PATH_MAX], copy[PATH_MAX + 64], temporary[PATH_MAX + 96];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return;
    path[length] = 0;
    size_t prefix = strlen(root);
    if (strncmp(path, root, prefix) != 0 || !strstr(path, ".sqlite")) return;
    snprintf(copy, sizeof copy, "%s%s", disk, path + prefix);
    snprintf(temporary, sizeof temporary, "%s.%d", copy, getpid());
    // The lock is of this copy only: two processes that sync one file do not overtake each other.
    char lock[PATH_MAX + 80];
    snprintf(lock, sizeof lock, "%s.lock", copy);
    int guard = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (guard < 0) return;
    while (flock(guard, LOCK_EX) != 0) { }
    int from = open(path, O_RDONLY | O_CLOEXEC), to = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    static char buffer[1 << 16];
    ssize_t count;
    while (from >= 0 && to >= 0 && (count = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, count) != count) abort();
    if (from >= 0) close(from);
    if (to >= 0) { close(to); rename(temporary, copy); }
    close(guard);
}

int fsync(int fd) {
    int result = REAL(fsync)(fd);
    if (result == 0) keep(fd);
    return result;
}

int fdatasync(int fd) {
    int result = REAL(fdatasync)(fd);
    if (result == 0) keep(fd);
    return result;
}
