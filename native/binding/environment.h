#pragma once

#include <napi.h>

#include <memory>
#include <unordered_map>
#include <vector>

#include "binding/async_run.h"
#include "binding/completions.h"

namespace convkit {

// What the addon keeps for one environment (the main thread, or a worker): its asynchronous runs in flight.
// Every member is used on the environment's own thread.
class Environment {
 public:
  // Becomes the environment's instance data.
  static void install(Napi::Env env);
  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  explicit Environment(Napi::Env env);

  // Copies the inputs and queues the run; `done` is called when it ends.
  RunId start(std::shared_ptr<const Program> program, const RunBuffers& buffers, Napi::Function done);

  // Unknown ids are ignored.
  void cancel(double id);

 private:
  // The JavaScript part of a run in flight.
  struct Pending {
    std::shared_ptr<AsyncRun> run;
    std::vector<Napi::Reference<Napi::Value>> outputs;
    Napi::FunctionReference done;
  };

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
