// A libstdc++.so.6 for musl is made of the static one that Debian's g++ has, so that programs which were
// built on Alpine run here: see scripts/packages/musl/host.mjs. These are what it takes and Debian's does not
// have, or takes itself of glibc. None is part of the addon.
#include <sys/random.h>

#include <cstdint>
#include <cstdlib>

namespace std {

// Of newer versions than 12.
[[noreturn]] void __glibcxx_assert_fail(const char*, int, const char*, const char*) noexcept { std::abort(); }

}  // namespace std

extern "C" uint32_t arc4random() {
  uint32_t value = 0;
  if (getrandom(&value, sizeof value, 0) != sizeof value) std::abort();
  return value;
}
