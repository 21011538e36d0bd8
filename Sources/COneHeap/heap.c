#include "COneHeap.h"

#include <malloc.h>

// One heap for all threads, chosen before there is a second one: each further heap that glibc makes is mapped anew, and
// grows by single pages, with a system call for each (mallopt(3), M_ARENA_MAX). That is for processes that soon end: the
// threads of the API would wait for each other.
__attribute__((constructor)) static void use_one_heap(void) { mallopt(M_ARENA_MAX, 1); }
