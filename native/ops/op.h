#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/cpu.h"
#include "core/thread_pool.h"
#include "program/layout.h"

namespace convkit {

// A tensor of a planned program: where it is (an index into RunContext::values) and how it lies.
struct Value {
  int32_t id = -1;
  Layout layout;
  bool present() const { return id >= 0; }
};

// What one run gives its ops. Ops are immutable, so everything that changes is here.
struct RunContext {
  void* const* values;
  int threads;
  char* scratch;  // threads × scratch_stride bytes, 64-byte aligned, contents unspecified
  size_t scratch_stride;
  const std::atomic<bool>* cancelled;

  bool isCancelled() const { return cancelled != nullptr && cancelled->load(std::memory_order_relaxed); }
  float* f32(const Value& value) const { return static_cast<float*>(values[value.id]); }
  int32_t* i32(const Value& value) const { return static_cast<int32_t*>(values[value.id]); }
  char* threadScratch(int participant) const { return scratch + scratch_stride * participant; }
};

// One unit of work of a planned program, with its operands, layouts and packed weights resolved.
class Op {
 public:
  virtual ~Op() = default;
  // Reports values that make the run impossible by throwing RunError, before it writes anything.
  virtual void run(const RunContext& context) const = 0;
  // Whether run may throw RunError. What earlier ops computed must not have reached the caller by then.
  virtual bool canFail() const { return false; }
  // Scratch that each participating thread needs.
  virtual size_t threadScratchBytes() const { return 0; }
  // Packed constants and tables that the op keeps between runs.
  virtual size_t residentBytes() const { return 0; }
};

// Threads worth waking for `operations` (multiply-adds or bytes touched): waking one costs about
// 5 µs, which is some 100,000 operations.
inline int worthwhileThreads(const RunContext& context, int64_t operations) {
  const int64_t wanted = operations / 100000 + 1;
  return static_cast<int>(wanted < context.threads ? wanted : context.threads);
}

}  // namespace convkit
