#pragma once

#include <node_api.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace convkit {

using RunId = uintptr_t;

// Where pool threads and one environment meet: which of its runs are executing, and whom to tell when one
// ends. Runs share it with the environment, so that a run that is still queued may outlive the environment.
class Completions {
 public:
  explicit Completions(napi_threadsafe_function function) : function_(function) {}

  // False when the environment is gone: the run must not start. Otherwise end() must follow.
  bool begin();

  // Wakes the environment's thread, which gets the id.
  void end(RunId id) noexcept;

  // Lets no other run begin, and waits for those that have begun. On the environment's thread, while the
  // thread-safe function still lives.
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable none_executing_;
  const napi_threadsafe_function function_;
  int executing_ = 0;
  bool closed_ = false;
};

}  // namespace convkit
