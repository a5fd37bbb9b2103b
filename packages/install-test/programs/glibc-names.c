/* What Debian's libstdc++ and libgcc take from glibc and musl has not, so that Bun's musl build, which is linked to those two of
   Alpine's, starts on Debian: enough for a test, and for nothing else. */
#include <locale.h>
#include <stdint.h>
#include <sys/random.h>
#include <time.h>

struct { unsigned int vendor, type, subtype, features[1]; } __cpu_model;
char __libc_single_threaded = 0;

int __cpu_indicator_init(void) { return 0; }

uint32_t arc4random(void) {
  uint32_t value = 0;
  getrandom(&value, sizeof value, 0);
  return value;
}

size_t __strftime_l(char *text, size_t size, const char *format, const struct tm *time, locale_t locale) {
  return strftime_l(text, size, format, time, locale);
}

/* Destructors of thread-local objects never run. */
int __cxa_thread_atexit_impl(void (*destroy)(void *), void *object, void *module) {
  (void)destroy, (void)object, (void)module;
  return 0;
}

/* Not found: libgcc then asks dl_iterate_phdr. */
int _dl_find_object(void *address, void *result) {
  (void)address, (void)result;
  return -1;
}
