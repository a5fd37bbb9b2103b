#include "binding/async_build.h"

#include <stdexcept>
#include <utility>

#include "binding/environment.h"

namespace convkit {

void AsyncBuild::work(const std::atomic<bool>& cancelled) {
  // The copies are freed here, not on JavaScript's thread.
  const std::unique_ptr<const SpecReader> spec = std::move(spec_);
  program_ = Program::create(spec->spec(), activeIsa(), &cancelled);
}

Napi::Value createProgramAsync(const Napi::CallbackInfo& info) {
  if (!info[2].IsFunction()) throw std::invalid_argument("done must be a function");
  // Reading the spec may run JavaScript, which must then find the handle used.
  auto spec = std::make_unique<const SpecReader>(info[0], takeStagedConstants(info[1]));
  const RunId id = Environment::of(info.Env()).startBuild(std::move(spec), info[2].As<Napi::Function>());
  return Napi::Number::New(info.Env(), static_cast<double>(id));
}

}  // namespace convkit
