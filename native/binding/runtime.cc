#include "binding/runtime.h"

#include <atomic>
#include <cmath>
#include <stdexcept>

#include "core/cpu.h"
#include "core/thread_pool.h"

namespace convkit {
namespace {

constexpr double kMostThreads = 1024;

// float32 values in one vector.
int lanesOf(Isa isa) {
  switch (isa) {
    case Isa::kAmx:
    case Isa::kAvx512:
      return 16;
    case Isa::kAvx2:
      return 8;
    case Isa::kNeon:
    case Isa::kBaseline:
      break;
  }
  return 4;
}

}  // namespace

Napi::Value runtimeFacts(const Napi::CallbackInfo& info) {
  Napi::Object facts = Napi::Object::New(info.Env());
  facts.Set("isa", isaName(activeIsa()));
  facts.Set("threads", ThreadPool::instance().threads());
  facts.Set("detectedIsa", isaName(detectedIsa()));
  facts.Set("lanes", lanesOf(activeIsa()));
  return facts;
}

Napi::Value constantId(const Napi::CallbackInfo& info) {
  static std::atomic<uint64_t> last{0};
  return Napi::Number::New(info.Env(), static_cast<double>(++last));
}

Napi::Value setThreads(const Napi::CallbackInfo& info) {
  const double threads = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : NAN;
  if (!(threads >= 1 && threads <= kMostThreads && threads == std::floor(threads))) {
    throw std::invalid_argument("threads must be an integer from 1 to 1024");
  }
  ThreadPool::instance().setThreads(static_cast<int>(threads));
  return info.Env().Undefined();
}

}  // namespace convkit
