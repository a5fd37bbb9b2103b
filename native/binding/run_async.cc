#include "binding/run_async.h"

#include <memory>
#include <stdexcept>
#include <utility>

#include "binding/environment.h"
#include "binding/program_handle.h"
#include "binding/run_buffers.h"

namespace convkit {

Napi::Value runAsync(const Napi::CallbackInfo& info) {
  std::shared_ptr<const Program> program = programOf(info[0]);
  if (!info[3].IsFunction()) throw std::invalid_argument("done must be a function");
  RunBuffers buffers(*program, info[1], info[2]);
  if (info[4].ToBoolean()) buffers.holdLentOutputs();
  const RunId id =
      Environment::of(info.Env()).start(std::move(program), buffers, info[3].As<Napi::Function>());
  return Napi::Number::New(info.Env(), static_cast<double>(id));
}

Napi::Value cancelRun(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw std::invalid_argument("run must be a number");
  Environment::of(info.Env()).cancel(info[0].As<Napi::Number>().DoubleValue());
  return info.Env().Undefined();
}

}  // namespace convkit
