#include "binding/environment.h"

#include <cstring>
#include <stdexcept>
#include <utility>

#include "binding/arguments.h"

namespace convkit {
namespace {

void check(napi_env env, napi_status status) {
  if (status != napi_ok) throw Napi::Error::New(env);
}

// Copies the results into JavaScript's arrays, all or none: whoever holds them may have transferred one
// meanwhile.
void writeOutputs(napi_env env, const AsyncRun& run,
                  const std::vector<Napi::Reference<Napi::Value>>& references) {
  std::vector<ArrayView> views;
  for (size_t i = 0; i < references.size(); ++i) {
    views.push_back(viewOf(env, references[i].Value(), indexed("outputs", i)));
    checkPort(views[i], run.program().outputs()[i], indexed("outputs", i));
  }
  for (size_t i = 0; i < views.size(); ++i) {
    const size_t bytes = bytesOf(run.program().outputs()[i]);
    if (bytes > 0 && !run.isLent(i)) std::memcpy(views[i].data, run.output(i), bytes);
  }
}

ErrorReport finish(napi_env env, const AsyncRun& run,
                   const std::vector<Napi::Reference<Napi::Value>>& references) {
  if (run.error().code != nullptr) return run.error();
  try {
    // It may have been cancelled after its work was done; whoever cancelled counts on untouched outputs.
    if (run.isCancelled()) throw Cancelled();
    writeOutputs(env, run, references);
    return {nullptr, {}};
  } catch (...) {
    return describeCurrentException();
  }
}

// With the C functions and without looking at what they return: in a terminating environment they all refuse,
// and nothing may be thrown there.
void callDone(napi_env env, napi_value done, const ErrorReport& report) {
  napi_value undefined = nullptr;
  napi_get_undefined(env, &undefined);
  napi_value argument = report.code == nullptr ? undefined : makeError(env, report.code, report.message);
  napi_call_function(env, undefined, done, 1, &argument, nullptr);
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  napi_value exception = nullptr;
  if (pending && napi_get_and_clear_last_exception(env, &exception) == napi_ok)
    napi_fatal_exception(env, exception);
}

}  // namespace

void Environment::install(Napi::Env env) { env.SetInstanceData(new Environment(env)); }

Environment::Environment(Napi::Env env) : env_(env) {
  check(env_, napi_create_threadsafe_function(env_, nullptr, nullptr, Napi::String::New(env, "convkit"), 0, 1,
                                              nullptr, nullptr, this, &onEnd, &function_));
  check(env_, napi_unref_threadsafe_function(env_, function_));
  completions_ = std::make_shared<Completions>(function_);
  // Hooks run last in, first out, so this one finds the thread-safe function alive.
  check(env_, napi_add_env_cleanup_hook(env_, &onCleanup, this));
}

RunId Environment::start(std::shared_ptr<const Program> program, const RunBuffers& buffers,
                         Napi::Function done) {
  const RunId id = next_id_++;
  Pending pending;
  pending.run = std::make_shared<AsyncRun>(id, std::move(program), buffers, completions_);
  for (napi_value value : buffers.output_values) {
    pending.outputs.push_back(Napi::Reference<Napi::Value>::New(Napi::Value(env_, value), 1));
  }
  pending.done = Napi::Persistent(done);
  const std::shared_ptr<AsyncRun> run = pending.run;
  pending_.emplace(id, std::move(pending));
  try {
    AsyncRun::submit(run);
  } catch (...) {
    pending_.erase(id);
    throw;
  }
  if (pending_.size() == 1) napi_ref_threadsafe_function(env_, function_);
  return id;
}

void Environment::cancel(double id) {
  for (auto& [key, pending] : pending_) {
    if (static_cast<double>(key) == id) pending.run->cancel();
  }
}

void Environment::onEnd(napi_env env, napi_value, void* self, void* id) {
  // Without an environment the call is only there to free its data, of which there is none.
  if (env != nullptr) static_cast<Environment*>(self)->complete(env, reinterpret_cast<RunId>(id));
}

void Environment::complete(napi_env env, RunId id) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  const Napi::HandleScope scope(env);
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  if (pending_.empty()) napi_unref_threadsafe_function(env, function_);
  callDone(env, pending.done.Value(), finish(env, *pending.run, pending.outputs));
}

void Environment::onCleanup(void* self) {
  Environment& environment = *static_cast<Environment*>(self);
  for (auto& entry : environment.pending_) entry.second.run->cancel();
  environment.completions_->close();
  environment.pending_.clear();
}

}  // namespace convkit
