// What a libstdc++ and a libgcc that were compiled for glibc take of it, and musl has not, or not under that
// name. The rest is in native/glibc/newer_symbols.cc. exports.map hides them all.
#include <pthread.h>
#include <sys/auxv.h>

// While it is true, references are counted without atomic instructions.
extern "C" char __libc_single_threaded;
char __libc_single_threaded = 0;

// Nobody calls it, but libgcc takes a process without it for one that has no threads, and does without locks.
extern "C" int __pthread_key_create(pthread_key_t* key, void (*destroy)(void*)) {
  return pthread_key_create(key, destroy);
}

// By it, on 64-bit ARM, libgcc learns whether there are atomic instructions.
extern "C" unsigned long __getauxval(unsigned long type) { return getauxval(type); }
