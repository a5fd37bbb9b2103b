#pragma once

// Runs single ops over tensors given as plain NCHW values, whatever their layout.

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/memory.h"
#include "kernels/pool/pool.h"
#include "ops/op.h"
#include "test/harness.h"

namespace convkit::test {

// Calls body(isa) for every instruction set that this machine has.
template <class Body>
void forEachIsa(Body&& body) {
#define CONVKIT_ISA(enumerator, ns) \
  if (Isa::enumerator <= detectedIsa()) body(Isa::enumerator);
  if (detectedIsa() == Isa::kAmx) body(Isa::kAmx);
#include "kernels/isas.inc"
#undef CONVKIT_ISA
}

inline int32_t lanesOf(Isa isa) { return poolKernels(isa).lanes; }

// Integers, so that float32 sums are exact in any order.
inline std::vector<float> randomIntegers(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(static_cast<int>(random() % 19) - 9);
  return values;
}

inline std::vector<float> randomReals(int64_t count, uint32_t seed, float size = 4) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> distribution(-size, size);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = distribution(random);
  return values;
}

// Equal values, or both NaN.
inline bool same(float a, float b) { return a == b || (a != a && b != b); }

inline bool near(float actual, double expected, double tolerance) {
  if (std::isnan(expected) || std::isinf(expected)) return same(actual, static_cast<float>(expected));
  return std::fabs(actual - expected) <= tolerance * std::fmax(1, std::fabs(expected));
}

inline void checkSame(const std::vector<float>& actual, const std::vector<float>& expected,
                      const std::string& what) {
  CHECK_EQUAL(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size() && i < expected.size(); ++i) {
    if (same(actual[i], expected[i])) continue;
    fail(what.c_str(), static_cast<int>(i),
         "is " + std::to_string(actual[i]) + ", expected " + std::to_string(expected[i]));
    return;
  }
}

// Set a moment after it was made, by another thread.
class CancelledSoon {
 public:
  CancelledSoon()
      : thread_([this] {
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          cancelled_.store(true);
        }) {}
  ~CancelledSoon() { thread_.join(); }
  const std::atomic<bool>* flag() const { return &cancelled_; }

 private:
  std::atomic<bool> cancelled_{false};
  std::thread thread_;
};

class OpRunner {
 public:
  explicit OpRunner(int threads = 2) : threads_(threads) {}

  // Halos are poisoned, missing channels get some finite value. Without `plain` everything is poison.
  Value add(const Layout& layout, const std::vector<float>& plain = {}) {
    std::vector<float>& memory = floats_.emplace_back(static_cast<size_t>(layout.size()), kPoison);
    pointers_.push_back(memory.data());
    if (!plain.empty()) {
      for (int64_t i = 0; i < layout.size(); ++i) {
        if (!inHalo(layout, i)) memory[static_cast<size_t>(i)] = 3;
      }
      for (int64_t i = 0; i < layout.dims.size(); ++i) {
        memory[static_cast<size_t>(offsetOf(layout, i))] = plain[static_cast<size_t>(i)];
      }
    }
    return {static_cast<int32_t>(pointers_.size()) - 1, layout};
  }

  Value addVector(const std::vector<float>& values) {
    return add(plainLayout({1, static_cast<int32_t>(values.size()), {1, 1, 1}}), values);
  }

  Value addInts(const std::vector<int32_t>& values) {
    std::vector<int32_t>& memory = ints_.emplace_back(values);
    pointers_.push_back(memory.data());
    return {static_cast<int32_t>(pointers_.size()) - 1,
            plainLayout({1, static_cast<int32_t>(values.size()), {1, 1, 1}})};
  }

  // Stops at the latest when `cancelled` says so.
  void run(const Op& op, const std::atomic<bool>* cancelled = nullptr) {
    const size_t stride = (op.threadScratchBytes() + 127) / 128 * 128;
    AlignedBuffer scratch(stride * static_cast<size_t>(threads_));
    std::memset(scratch.data(), 0xff, scratch.size());
    op.run({pointers_.data(), threads_, scratch.data<char>(), stride, cancelled});
  }

  // The values in NCHW order. Fails where the halo was written to.
  std::vector<float> read(const Value& value) const {
    const Layout& layout = value.layout;
    const float* memory = static_cast<const float*>(pointers_[static_cast<size_t>(value.id)]);
    for (int64_t i = 0; i < layout.size(); ++i) {
      if (inHalo(layout, i) && memory[i] != kPoison) {
        fail("halo", static_cast<int>(i), "was written to");
        break;
      }
    }
    std::vector<float> plain(static_cast<size_t>(layout.dims.size()));
    for (size_t i = 0; i < plain.size(); ++i) plain[i] = memory[offsetOf(layout, static_cast<int64_t>(i))];
    return plain;
  }

  std::vector<int32_t> readInts(const Value& value) const {
    const int32_t* memory = static_cast<const int32_t*>(pointers_[static_cast<size_t>(value.id)]);
    return std::vector<int32_t>(memory, memory + value.layout.dims.size());
  }

 private:
  static constexpr float kPoison = -77777;

  static int64_t offsetOf(const Layout& layout, int64_t i) {
    const Extent3& space = layout.dims.space;
    const int64_t w = i % space.w, h = i / space.w % space.h, d = i / space.w / space.h % space.d;
    const int64_t c = i / space.volume() % layout.dims.c, n = i / space.volume() / layout.dims.c;
    return layout.origin() + n * layout.imageStride() + c / layout.block * layout.blockStride() +
           d * layout.sliceStride() + h * layout.rowStride() + w * layout.block + c % layout.block;
  }

  static bool inHalo(const Layout& layout, int64_t i) {
    const int64_t w = i % layout.rowStride() / layout.block - layout.halo.left;
    const int64_t h = i % layout.sliceStride() / layout.rowStride() - layout.halo.top;
    const int64_t d = i % layout.blockStride() / layout.sliceStride() - layout.halo.front;
    const Extent3& space = layout.dims.space;
    return w < 0 || w >= space.w || h < 0 || h >= space.h || d < 0 || d >= space.d;
  }

  const int threads_;
  std::deque<std::vector<float>> floats_;
  std::deque<std::vector<int32_t>> ints_;
  std::vector<void*> pointers_;
};

}  // namespace convkit::test
