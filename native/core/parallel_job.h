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
//
// Chunks are cut into as many stretches as there may be participants. Each works through its own from the
// first chunk on, and only then helps with the others': so the same thread tends to compute the same part of
// a tensor in step after step of a program, and finds it in its own cache.
class ParallelJob {
 public:
  ParallelJob(int64_t chunks, int limit, ThreadPool::Task task, void* context,
              const std::atomic<bool>* cancelled)
      : limit_(limit),
        stretches_(limit < kMaxStretches ? limit : kMaxStretches),
        task_(task),
        context_(context),
        cancelled_(cancelled) {
    for (int i = 0; i < stretches_; ++i) {
      stretch_[i].next.store(chunks * i / stretches_, std::memory_order_relaxed);
      stretch_[i].end = chunks * (i + 1) / stretches_;
    }
  }

  // Under the pool's mutex.
  int placesLeft() const { return isCancelled() || exhausted() ? 0 : limit_ - participants_; }
  int participants() const { return participants_; }

  // Under the pool's mutex: takes a place, and returns the participant's id.
  int join() {
    helpers_.fetch_add(kOneHelper, std::memory_order_relaxed);
    return participants_++;
  }

  void work(int participant) {
    for (int i = 0; i < stretches_; ++i) workThrough(stretch_[(participant + i) % stretches_], participant);
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

  // More participants than this share stretches.
  static constexpr int kMaxStretches = 32;

  struct alignas(kSharingDistance) Stretch {
    std::atomic<int64_t> next;
    int64_t end;
    bool exhausted() const { return next.load(std::memory_order_relaxed) >= end; }
  };

  bool isCancelled() const { return cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed); }

  bool exhausted() const {
    for (int i = 0; i < stretches_; ++i) {
      if (!stretch_[i].exhausted()) return false;
    }
    return true;
  }

  void workThrough(Stretch& stretch, int participant) {
    // Looked at first, because taking a chunk takes the line from whoever works here.
    while (!isCancelled() && !stretch.exhausted()) {
      const int64_t chunk = stretch.next.fetch_add(1, std::memory_order_relaxed);
      if (chunk >= stretch.end) break;
      task_(context_, chunk, participant);
    }
  }

  const int limit_, stretches_;
  const ThreadPool::Task task_;
  void* const context_;
  const std::atomic<bool>* const cancelled_;
  int participants_ = 1;

  Stretch stretch_[kMaxStretches];

  // Twice the number of helpers at work, plus 1 when the caller sleeps: one word, because a helper may not
  // touch the job any more once the caller can see that it has left.
  alignas(kSharingDistance) std::atomic<uint32_t> helpers_{0};
};

}  // namespace convkit
