#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "binding/completions.h"
#include "binding/errors.h"
#include "binding/run_buffers.h"
#include "core/memory.h"
#include "program/program.h"

namespace convkit {

// The native part of an asynchronous run: its own copies of the inputs, and outputs of its own or lent ones
// that JavaScript has not seen, so that JavaScript's memory is never touched off its thread.
class AsyncRun {
 public:
  // Copies the inputs.
  AsyncRun(RunId id, std::shared_ptr<const Program> program, const RunBuffers& buffers,
           std::shared_ptr<Completions> completions);

  // Queues the run. The pool keeps it alive until it has ended.
  static void submit(const std::shared_ptr<AsyncRun>& run);

  // The rest is for the environment's thread.
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool isCancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  // Once the run has ended; `code` is null after success.
  const ErrorReport& error() const { return error_; }
  const Program& program() const { return *program_; }
  const void* output(size_t index) const { return outputs_[index]; }
  // Whether the output lies where JavaScript will find it.
  bool isLent(size_t index) const { return lent_[index] != nullptr; }

 private:
  void execute() noexcept;

  const RunId id_;
  const std::shared_ptr<const Program> program_;
  const std::shared_ptr<Completions> completions_;
  Scratch memory_;
  std::vector<std::shared_ptr<Scratch>> lent_;  // null where an output is in memory_
  std::vector<const void*> inputs_;
  std::vector<void*> outputs_;
  std::atomic<bool> cancelled_{false};
  ErrorReport error_{nullptr, {}};
};

}  // namespace convkit
