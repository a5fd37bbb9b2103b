#pragma once

#if defined(CONVKIT_TEST_SLOWDOWN)

#include <chrono>
#include <cstdlib>

namespace convkit {

// In builds for the benchmarks' own test only: after each piece of work it goes on for the share of the time
// that CONVKIT_TEST_SLOWDOWN says, so that there is something to be found.
class Slowdown {
 public:
  void start() { begin_ = Clock::now(); }
  void finish() const {
    const auto elapsed = Clock::now() - begin_;
    const auto end = begin_ + elapsed + std::chrono::duration_cast<Clock::duration>(elapsed * share());
    while (Clock::now() < end) {
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  static double share() {
    static const double value = [] {
      const char* text = std::getenv("CONVKIT_TEST_SLOWDOWN");
      return text == nullptr ? 0 : std::atof(text);
    }();
    return value;
  }
  Clock::time_point begin_;
};

}  // namespace convkit

#else

namespace convkit {

class Slowdown {
 public:
  void start() {}
  void finish() const {}
};

}  // namespace convkit

#endif
