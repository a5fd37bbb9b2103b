#include "binding/environment.h"

#include <cstring>
#include <stdexcept>
#include <utility>

#include "binding/arguments.h"
#include "binding/program_handle.h"

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

// With the C functions and without looking at what they return: in a terminating environment they all refuse,
// and nothing may be thrown there.
void callDone(napi_env env, napi_value done, const ErrorReport& report, napi_value result) {
  napi_value undefined = nullptr;
  napi_get_undefined(env, &undefined);
  napi_value arguments[2] = {undefined, result == nullptr ? undefined : result};
  if (report.code != nullptr) arguments[0] = makeError(env, report.code, report.message);
  napi_call_function(env, undefined, done, 2, arguments, nullptr);
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
  const auto run = std::make_shared<AsyncRun>(next_id_, std::move(program), buffers, completions_);
  // Shared, since a function must be copyable, and references are not.
  const auto outputs = std::make_shared<std::vector<Napi::Reference<Napi::Value>>>();
  for (napi_value value : buffers.output_values) {
    outputs->push_back(Napi::Reference<Napi::Value>::New(Napi::Value(env_, value), 1));
  }
  const Finish finish = [run, outputs](napi_env env) -> napi_value {
    writeOutputs(env, *run, *outputs);
    return nullptr;
  };
  return submit({run, finish, Napi::Persistent(done)});
}

RunId Environment::startBuild(std::unique_ptr<const SpecReader> spec, Napi::Function done) {
  const auto build = std::make_shared<AsyncBuild>(next_id_, std::move(spec), completions_);
  const Finish finish = [build](napi_env env) -> napi_value {
    return makeProgramHandle(env, build->program());
  };
  return submit({build, finish, Napi::Persistent(done)});
}

RunId Environment::submit(Pending pending) {
  const RunId id = next_id_++;
  const std::shared_ptr<AsyncJob> job = pending.job;
  pending_.emplace(id, std::move(pending));
  try {
    AsyncJob::submit(job);
  } catch (...) {
    pending_.erase(id);
    throw;
  }
  if (pending_.size() == 1) napi_ref_threadsafe_function(env_, function_);
  return id;
}

void Environment::cancel(double id) {
  for (auto& [key, pending] : pending_) {
    if (static_cast<double>(key) == id) pending.job->cancel();
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
  ErrorReport report = pending.job->error();
  napi_value result = nullptr;
  if (report.code == nullptr) {
    try {
      // It may have been cancelled after its work was done; whoever cancelled counts on untouched outputs.
      if (pending.job->isCancelled()) throw Cancelled();
      result = pending.finish(env);
    } catch (...) {
      report = describeCurrentException();
    }
  }
  callDone(env, pending.done.Value(), report, result);
}

void Environment::onCleanup(void* self) {
  Environment& environment = *static_cast<Environment*>(self);
  for (auto& entry : environment.pending_) entry.second.job->cancel();
  environment.completions_->close();
  environment.pending_.clear();
}

}  // namespace convkit
