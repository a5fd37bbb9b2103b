#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "binding/async_build.h"
#include "binding/async_run.h"
#include "binding/completions.h"

namespace convkit {

// What the addon keeps for one environment (the main thread, or a worker): its asynchronous runs, and
// the programs that are being made for it.
// Every member is used on the environment's own thread.
class Environment {
 public:
  // Becomes the environment's instance data.
  static void install(Napi::Env env);
  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  explicit Environment(Napi::Env env);

  // Copies the inputs and queues the run; `done` is called when it ends.
  RunId start(std::shared_ptr<const Program> program, const RunBuffers& buffers, Napi::Function done);

  // Queues the making of a program; `done` is called with it when it is there.
  RunId startBuild(std::unique_ptr<const SpecReader> spec, Napi::Function done);

  // Unknown ids are ignored.
  void cancel(double id);

 private:
  // What is done on this thread when a job has ended well: gives the value for JavaScript, null for none. May
  // throw.
  using Finish = std::function<napi_value(napi_env)>;

  // The JavaScript part of a job in flight.
  struct Pending {
    std::shared_ptr<AsyncJob> job;
    Finish finish;
    Napi::FunctionReference done;
  };

  RunId submit(Pending pending);

  static void onEnd(napi_env env, napi_value, void* self, void* id);
  static void onCleanup(void* self);
  void complete(napi_env env, RunId id);

  const napi_env env_;
  napi_threadsafe_function function_ = nullptr;
  std::shared_ptr<Completions> completions_;
  std::unordered_map<RunId, Pending> pending_;
  RunId next_id_ = 1;
};

}  // namespace convkit
