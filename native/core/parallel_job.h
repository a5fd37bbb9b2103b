#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/streams.h"
#include "core/thread_pool.h"

namespace convkit {

// Two lines, because processors fetch them in pairs.
constexpr size_t kSharingDistance = 128;

// One call of parallelFor. It lives on the caller's stack, and is open to helpers while it stands in the
// pool's list.
class ParallelJob {
 public:
  ParallelJob(int64_t chunks, int limit, ThreadPool::Task task, void* context,
              const std::atomic<bool>* cancelled)
      : chunks_(chunks), limit_(limit), task_(task), context_(context), cancelled_(cancelled) {}

  // Under the pool's mutex.
  int placesLeft() const {
    const bool exhausted = isCancelled() || next_.load(std::memory_order_relaxed) >= chunks_;
    return exhausted ? 0 : limit_ - participants_;
  }
  int participants() const { return participants_; }

  // Under the pool's mutex: takes a place, and returns the participant's id.
  int join() {
    helpers_.fetch_add(kOneHelper, std::memory_order_relaxed);
    return participants_++;
  }

  void work(int participant) {
    while (!isCancelled()) {
      const int64_t chunk = next_.fetch_add(1, std::memory_order_relaxed);
      if (chunk >= chunks_) break;
      task_(context_, chunk, participant);
    }
    fenceStreams();
  }

  // Gives the place back; the job may be gone afterwards. True when the sleeping caller has to be woken.
  bool leave() {
    return helpers_.fetch_sub(kOneHelper, std::memory_order_acq_rel) == (kOneHelper | kCallerSleeps);
  }

  bool helpersLeft() const { return helpers_.load(std::memory_order_acquire) < kOneHelper; }

  // Under the pool's mutex.
  void announceSleep() { helpers_.fetch_or(kCallerSleeps, std::memory_order_acq_rel); }

  // Neighbours in the pool's list, under the pool's mutex.
  ParallelJob* previous = nullptr;
  ParallelJob* following = nullptr;

 private:
  static constexpr uint32_t kCallerSleeps = 1;
  static constexpr uint32_t kOneHelper = 2;

  bool isCancelled() const { return cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed); }

  const int64_t chunks_;
  const int limit_;
  const ThreadPool::Task task_;
  void* const context_;
  const std::atomic<bool>* const cancelled_;
  int participants_ = 1;

  alignas(kSharingDistance) std::atomic<int64_t> next_{0};

  // Twice the number of helpers at work, plus 1 when the caller sleeps: one word, because a helper may not
  // touch the job any more once the caller can see that it has left.
  alignas(kSharingDistance) std::atomic<uint32_t> helpers_{0};
};

}  // namespace convkit
