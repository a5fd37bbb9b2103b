#pragma once

#include <cstddef>
#include <cstdint>

namespace convkit {

// Processors that this thread may run on.
int allowedProcessors();

// The one that it runs on now; −1 where the system does not tell.
int currentProcessor();

// While it lives, this thread keeps off some processors, if it may run on others: it leaves them and will not
// be woken there. Where there are no others, it keeps off as many of the first as leave one. Afterwards it
// may run where it could before, unless somebody has decided otherwise in the meantime.
//
// Linux prefers to wake a thread where it slept, and in a virtual machine takes an idle processor for one
// that the host has taken away. A worker that once slept where a caller of parallelFor runs is woken there
// again and again, and waits until the caller has done everything alone, while the processor beside it is
// idle: measured on two processors, 260 of 300 times.
class KeepOff {
 public:
  static constexpr size_t kMostProcessors = 8192;

  // Negative ones stand for none.
  KeepOff(const int* processors, size_t count);
  explicit KeepOff(int processor) : KeepOff(&processor, 1) {}
  ~KeepOff();
  KeepOff(const KeepOff&) = delete;
  KeepOff& operator=(const KeepOff&) = delete;

 private:
  // A bit a processor, as the system has them; unused where threads cannot be told where to run.
  [[maybe_unused]] uint64_t before_[kMostProcessors / 64], mask_[kMostProcessors / 64];
  [[maybe_unused]] size_t bytes_ = 0;
};

}  // namespace convkit
