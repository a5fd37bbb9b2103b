#include "binding/result_memory.h"

#include <mutex>
#include <stdexcept>
#include <unordered_map>

namespace convkit {
namespace {

// The blocks that are out, of all environments. Never destroyed: finalizers may run at the very end.
class Lent {
 public:
  static Lent& instance() {
    static Lent* const lent = new Lent;
    return *lent;
  }

  // False where too much is out. One alone may be of any size.
  bool reserve(size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (bytes_ > 0 && (bytes_ > kMostLentBytes || bytes > kMostLentBytes - bytes_)) return false;
    bytes_ += bytes;
    return true;
  }

  void cancel(size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    bytes_ -= bytes;
  }

  void add(std::shared_ptr<Scratch> block) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const void* const data = block->data();
    blocks_.emplace(data, std::move(block));
  }

  std::shared_ptr<Scratch> find(const void* data) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = blocks_.find(data);
    return found == blocks_.end() ? nullptr : found->second;
  }

  void takeBack(const void* data, size_t bytes) {
    std::shared_ptr<Scratch> block;  // freed when the lock is
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = blocks_.find(data);
    if (found == blocks_.end()) return;
    block = std::move(found->second);
    blocks_.erase(found);
    bytes_ -= bytes;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<const void*, std::shared_ptr<Scratch>> blocks_;
  size_t bytes_ = 0;
};

void finalize(napi_env, void* data, void* bytes) {
  Lent::instance().takeBack(data, reinterpret_cast<size_t>(bytes));
}

size_t bytesArgument(const Napi::CallbackInfo& info) {
  const double bytes = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
  if (bytes < 1 || bytes > 9007199254740991.0 || bytes != static_cast<double>(static_cast<uint64_t>(bytes))) {
    throw std::invalid_argument("bytes must be a whole number above 0");
  }
  return static_cast<size_t>(bytes);
}

}  // namespace

Napi::Value allocateResult(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const size_t bytes = bytesArgument(info);
  if (!Lent::instance().reserve(bytes)) return env.Undefined();
  std::shared_ptr<Scratch> block;
  try {
    block = std::make_shared<Scratch>(Scratch::acquireResult(bytes));
    Lent::instance().add(block);
  } catch (...) {
    Lent::instance().cancel(bytes);
    throw;
  }
  napi_value buffer = nullptr;
  const napi_status status = napi_create_external_arraybuffer(env, block->data(), bytes, &finalize,
                                                              reinterpret_cast<void*>(bytes), &buffer);
  if (status == napi_ok) return Napi::Value(env, buffer);
  Lent::instance().takeBack(block->data(), bytes);
  bool pending = false;
  napi_value exception = nullptr;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending)
    napi_get_and_clear_last_exception(env, &exception);
  return env.Undefined();
}

std::shared_ptr<Scratch> lentBlockAt(const void* data) { return Lent::instance().find(data); }

}  // namespace convkit
