#pragma once

#include <cstddef>

namespace convkit {

// Instruction sets that kernels are compiled for. kAvx2 includes FMA and F16C; kAvx512 means F, CD, BW, DQ
// and VL; kAmx adds tiles of bfloat16 to those. In ascending order on each architecture: a kernel family
// without a table for one takes the next lower.
enum class Isa { kBaseline, kAvx2, kAvx512, kAmx, kNeon };

// The best one that this processor and its operating system support.
Isa detectedIsa();

// detectedIsa() capped by CONVKIT_ISA, which is read once. A name of another architecture means baseline.
Isa activeIsa();

// "baseline", "avx2", "avx512", "amx" or "neon".
const char* isaName(Isa isa);

// Bytes of data cache that one core can count on; sane defaults where the system does not tell.
struct CacheSizes {
  size_t l1, l2, l3;
};
const CacheSizes& cacheSizes();

// CONVKIT_THREADS, else the smaller of the scheduler's affinity and the cgroup quota (rounded up); at
// least 1.
int defaultThreads();

}  // namespace convkit
