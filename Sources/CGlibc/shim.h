#pragma once
// What Swift's module Glibc leaves out.
#include <spawn.h>

// <spawn.h> declares it for _GNU_SOURCE only; since glibc 2.29.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
