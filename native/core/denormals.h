#pragma once

#include <cstdint>

#if defined(__SSE2__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace convkit {

// How the processor treats denormals on this thread, as a value that can be saved and put back.
class DenormalMode {
 public:
  explicit DenormalMode(bool flush) : saved_(read()) { write(flush ? saved_ | kFlush : saved_ & ~kFlush); }
  ~DenormalMode() { write(saved_); }
  DenormalMode(const DenormalMode&) = delete;
  DenormalMode& operator=(const DenormalMode&) = delete;

 private:
#if defined(__SSE2__) || defined(_M_X64)
  using Mode = uint32_t;
  static constexpr Mode kFlush = 0x8040;  // FTZ and DAZ
  static Mode read() { return _mm_getcsr(); }
  static void write(Mode mode) { _mm_setcsr(mode); }
#elif defined(__aarch64__)
  using Mode = uint64_t;
  static constexpr Mode kFlush = uint64_t{1} << 24;  // FZ
  static Mode read() {
    Mode mode;
    asm volatile("mrs %0, fpcr" : "=r"(mode));
    return mode;
  }
  static void write(Mode mode) { asm volatile("msr fpcr, %0" : : "r"(mode)); }
#else
  using Mode = uint32_t;
  static constexpr Mode kFlush = 0;
  static Mode read() { return 0; }
  static void write(Mode) {}
#endif
  Mode saved_;
};

// Flushes denormals to zero while it lives, and restores the thread's mode afterwards: a convolution over
// denormals is several times slower on most processors, and JavaScript must not notice.
class FlushDenormals : DenormalMode {
 public:
  FlushDenormals() : DenormalMode(true) {}
};

// Keeps them while it lives, inside of a run that flushes: a maximum is one of the values it was given, bit
// for bit, and comparing denormals costs nothing.
class KeepDenormals : DenormalMode {
 public:
  KeepDenormals() : DenormalMode(false) {}
};

}  // namespace convkit
