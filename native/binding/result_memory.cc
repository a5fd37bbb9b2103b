#include "binding/result_memory.h"

#include <memory>
#include <stdexcept>

#include "core/lent_blocks.h"
#include "core/scratch_cache.h"

namespace convkit {
namespace {

// Never again once the environment has begun to end. The question is asked of the global object because no
// property of anything can be looked up then, even one that calls nothing.
bool mayRunJavaScript(napi_env env) {
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
  napi_value global = nullptr;
  bool ignored = false;
  const bool may = napi_get_global(env, &global) == napi_ok &&
                   napi_has_named_property(env, global, "undefined", &ignored) == napi_ok;
  napi_close_handle_scope(env, scope);
  return may;
}

void finalize(napi_env env, void* data, void*) {
  if (mayRunJavaScript(env)) {
    LentBlocks::instance().takeBack(data);
  } else {
    LentBlocks::instance().lose(data);
  }
}

size_t bytesArgument(const Napi::CallbackInfo& info) {
  const double bytes = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
  if (bytes < 1 || bytes > 9007199254740991.0 || bytes != static_cast<double>(static_cast<uint64_t>(bytes))) {
    throw std::invalid_argument("bytes must be a whole number above 0");
  }
  return static_cast<size_t>(bytes);
}

void clearPendingException(napi_env env) {
  bool pending = false;
  napi_value exception = nullptr;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending)
    napi_get_and_clear_last_exception(env, &exception);
}

}  // namespace

Napi::Value allocateResult(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const size_t bytes = bytesArgument(info);
  const std::shared_ptr<Scratch> block = LentBlocks::instance().lend(bytes);
  if (block == nullptr) return env.Undefined();
  napi_value buffer = nullptr;
  const napi_status status =
      napi_create_external_arraybuffer(env, block->data(), bytes, &finalize, nullptr, &buffer);
  if (status == napi_ok) return Napi::Value(env, buffer);
  LentBlocks::instance().takeBack(block->data());
  clearPendingException(env);
  return env.Undefined();
}

Napi::Value memoryUse(const Napi::CallbackInfo& info) {
  const size_t cached = ScratchCache::forRuns().cachedBytes() + ScratchCache::forResults().cachedBytes();
  Napi::Object use = Napi::Object::New(info.Env());
  use.Set("lent", static_cast<double>(LentBlocks::instance().lentBytes()));
  use.Set("lost", static_cast<double>(LentBlocks::instance().lostBytes()));
  use.Set("cached", static_cast<double>(cached));
  return use;
}

Napi::Value releaseMemory(const Napi::CallbackInfo& info) {
  const size_t bytes = ScratchCache::forRuns().release() + ScratchCache::forResults().release();
  return Napi::Number::New(info.Env(), static_cast<double>(bytes));
}

}  // namespace convkit
