// Debian's libstdc++ was configured for glibc. This file comes before its own of the same name, and tells its
// headers what is different under musl.
#pragma GCC system_header
#ifndef CONVKIT_MUSL_CXX_CONFIG
#define CONVKIT_MUSL_CXX_CONFIG

// In place of bits/os_defines.h, which asks features.h for the version of glibc.
#define _GLIBCXX_OS_DEFINES 1
#define __NO_CTYPE 1
#define _GLIBCXX_GTHREAD_USE_WEAK 0
typedef struct __locale_struct* __locale_t;

#include_next <bits/c++config.h>

// Functions that musl does not have.
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
#undef _GLIBCXX_USE_PTHREAD_MUTEX_CLOCKLOCK
#undef _GLIBCXX_USE_PTHREAD_RWLOCK_CLOCKLOCK

#endif
