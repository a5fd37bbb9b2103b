#include "binding/completions.h"

namespace convkit {

bool Completions::begin() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return false;
  ++executing_;
  return true;
}

void Completions::end(RunId id) noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  napi_call_threadsafe_function(function_, reinterpret_cast<void*>(id), napi_tsfn_nonblocking);
  if (--executing_ == 0) none_executing_.notify_all();
}

void Completions::close() {
  std::unique_lock<std::mutex> lock(mutex_);
  closed_ = true;
  none_executing_.wait(lock, [this] { return executing_ == 0; });
}

}  // namespace convkit
