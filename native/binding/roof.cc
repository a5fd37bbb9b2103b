#include "binding/roof.h"

#include "core/cpu.h"
#include "core/thread_pool.h"
#include "ops/roof.h"

namespace convkit {

Napi::Value roofOfMachine(const Napi::CallbackInfo& info) {
  const Roof roof = measureRoof(activeIsa(), ThreadPool::instance().threads());
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("gflops", roof.gflops);
  result.Set("gigabytesPerSecond", roof.gigabytes_per_second);
  return result;
}

}  // namespace convkit
