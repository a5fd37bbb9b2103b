#pragma once

#include <chrono>

#if defined(__SSE2__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace convkit {

inline void relaxProcessor() {
#if defined(__SSE2__) || defined(_M_X64)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("isb");
#endif
}

// Polls `ready` for at most `microseconds`, and returns whether it became true. Short waits between the steps
// of a program are cheaper this way than through the scheduler, which takes tens of microseconds to wake a
// thread.
template <class Ready>
bool spinUntil(int microseconds, Ready&& ready) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::microseconds(microseconds);
  do {
    for (int i = 0; i < 16; ++i) {
      if (ready()) return true;
      relaxProcessor();
    }
  } while (Clock::now() < deadline);
  return ready();
}

}  // namespace convkit
