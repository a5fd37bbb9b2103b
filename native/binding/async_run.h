#pragma once

#include <memory>
#include <vector>

#include "binding/async_job.h"
#include "binding/run_buffers.h"
#include "core/memory.h"
#include "program/program.h"

namespace convkit {

// The native part of an asynchronous run: its own copies of the inputs, and outputs of its own or lent ones
// that JavaScript has not seen, so that JavaScript's memory is never touched off its thread.
class AsyncRun : public AsyncJob {
 public:
  // Copies the inputs.
  AsyncRun(RunId id, std::shared_ptr<const Program> program, const RunBuffers& buffers,
           std::shared_ptr<Completions> completions);

  const Program& program() const { return *program_; }
  const void* output(size_t index) const { return outputs_[index]; }
  // Whether the output lies where JavaScript will find it.
  bool isLent(size_t index) const { return lent_[index] != nullptr; }

 protected:
  void work(const std::atomic<bool>& cancelled) override;

 private:
  const std::shared_ptr<const Program> program_;
  Scratch memory_;
  std::vector<std::shared_ptr<Scratch>> lent_;  // null where an output is in memory_
  std::vector<const void*> inputs_;
  std::vector<void*> outputs_;
};

}  // namespace convkit
