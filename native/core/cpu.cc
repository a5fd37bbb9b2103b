#include "core/cpu.h"

#include <cstdlib>
#include <cstring>
#include <initializer_list>

#if defined(__x86_64__) || defined(_M_X64)
#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif

#if defined(CONVKIT_AMX)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace convkit {
namespace {

#if defined(CONVKIT_BASELINE_ONLY)

Isa detect() { return Isa::kBaseline; }

#elif defined(__x86_64__) || defined(_M_X64)

struct Registers {
  unsigned eax, ebx, ecx, edx;
};

#if defined(_MSC_VER) && !defined(__clang__)

Registers cpuid(unsigned leaf) {
  int values[4];
  __cpuidex(values, static_cast<int>(leaf), 0);
  return {unsigned(values[0]), unsigned(values[1]), unsigned(values[2]), unsigned(values[3])};
}

unsigned enabledStates() { return static_cast<unsigned>(_xgetbv(0)); }

#else

Registers cpuid(unsigned leaf) {
  Registers r{0, 0, 0, 0};
  __get_cpuid_count(leaf, 0, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

// XCR0, by its opcode, because the intrinsic would need a compiler flag for the whole file.
unsigned enabledStates() {
  unsigned low, high;
  asm volatile(".byte 0x0f, 0x01, 0xd0" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

#endif

bool all(unsigned value, unsigned bits) { return (value & bits) == bits; }

#if defined(CONVKIT_AMX)

// Linux lends a process the state of the tiles when it asks, and refuses where signal stacks are too small.
bool amxPermitted() {
  constexpr int kRequestStatePermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestStatePermission, kTileData) == 0;
}

bool hasAmx() {
  constexpr unsigned kAmxBf16 = 1u << 22, kAmxTile = 1u << 24, kTileStates = 3u << 17;
  return all(cpuid(7).edx, kAmxBf16 | kAmxTile) && all(enabledStates(), kTileStates) && amxPermitted();
}

#else

bool hasAmx() { return false; }

#endif

Isa detect() {
  constexpr unsigned kFma = 1u << 12, kOsXsave = 1u << 27, kAvx = 1u << 28, kF16c = 1u << 29;
  constexpr unsigned kAvx2 = 1u << 5;
  constexpr unsigned kAvx512 = 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31;  // F, DQ, CD, BW, VL
  constexpr unsigned kYmmState = 0x06, kZmmState = 0xe6;
  if (!all(cpuid(1).ecx, kFma | kOsXsave | kAvx | kF16c)) return Isa::kBaseline;
  const unsigned features = cpuid(7).ebx;
  const unsigned states = enabledStates();
  if (!all(states, kYmmState) || !all(features, kAvx2)) return Isa::kBaseline;
#if defined(__APPLE__)
  // Darwin enables the 512-bit state when a thread first uses it, so XCR0 does not tell.
  const bool zmm = true;
#else
  const bool zmm = all(states, kZmmState);
#endif
  if (!zmm || !all(features, kAvx512)) return Isa::kAvx2;
  return hasAmx() ? Isa::kAmx : Isa::kAvx512;
}

#elif defined(__aarch64__) || defined(_M_ARM64)

Isa detect() { return Isa::kNeon; }

#else

Isa detect() { return Isa::kBaseline; }

#endif

Isa capped(Isa detected) {
  const char* wanted = std::getenv("CONVKIT_ISA");
  if (wanted == nullptr || *wanted == '\0') return detected;
  for (Isa isa : {Isa::kAmx, Isa::kAvx512, Isa::kAvx2, Isa::kNeon}) {
    if (std::strcmp(wanted, isaName(isa)) != 0) continue;
    // The x86 sets are numbered in ascending order; NEON is only comparable with itself.
    if (isa == Isa::kNeon || detected == Isa::kNeon) return isa == detected ? detected : Isa::kBaseline;
    return isa < detected ? isa : detected;
  }
  return Isa::kBaseline;
}

}  // namespace

Isa detectedIsa() {
  static const Isa isa = detect();
  return isa;
}

Isa activeIsa() {
  static const Isa isa = capped(detectedIsa());
  return isa;
}

const char* isaName(Isa isa) {
  switch (isa) {
    case Isa::kAvx2:
      return "avx2";
    case Isa::kAvx512:
      return "avx512";
    case Isa::kAmx:
      return "amx";
    case Isa::kNeon:
      return "neon";
    case Isa::kBaseline:
      break;
  }
  return "baseline";
}

}  // namespace convkit
