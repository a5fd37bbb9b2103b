#pragma once

#include <atomic>
#include <memory>

#include "binding/completions.h"
#include "binding/errors.h"

namespace convkit {

// Work that a pool thread does for an environment. It has memory of its own: JavaScript's is never touched
// off its thread.
class AsyncJob {
 public:
  AsyncJob(RunId id, std::shared_ptr<Completions> completions)
      : id_(id), completions_(std::move(completions)) {}
  virtual ~AsyncJob() = default;
  AsyncJob(const AsyncJob&) = delete;
  AsyncJob& operator=(const AsyncJob&) = delete;

  // Queues the job. The pool keeps it alive until it has ended.
  static void submit(const std::shared_ptr<AsyncJob>& job);

  // The rest is for the environment's thread.
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool isCancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  // Once the job has ended; `code` is null after success.
  const ErrorReport& error() const { return error_; }

 protected:
  // On a pool thread. May throw.
  virtual void work(const std::atomic<bool>& cancelled) = 0;

 private:
  void execute() noexcept;

  const RunId id_;
  const std::shared_ptr<Completions> completions_;
  std::atomic<bool> cancelled_{false};
  ErrorReport error_{nullptr, {}};
};

}  // namespace convkit
