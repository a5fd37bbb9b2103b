#pragma once

#include <memory>

#include "binding/async_job.h"
#include "binding/program_spec.h"
#include "program/program.h"

namespace convkit {

// A program that is planned, and whose constants are packed, on the pool.
class AsyncBuild : public AsyncJob {
 public:
  // `spec` has staged constants, so that it owns all that it names.
  AsyncBuild(RunId id, std::unique_ptr<const SpecReader> spec, std::shared_ptr<Completions> completions)
      : AsyncJob(id, std::move(completions)), spec_(std::move(spec)) {}

  // Once the job has ended well.
  const std::shared_ptr<const Program>& program() const { return program_; }

 protected:
  void work(const std::atomic<bool>& cancelled) override;

 private:
  std::unique_ptr<const SpecReader> spec_;
  std::shared_ptr<const Program> program_;
};

// createProgramAsync(spec, constants, done)
Napi::Value createProgramAsync(const Napi::CallbackInfo& info);

}  // namespace convkit
