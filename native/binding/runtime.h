#pragma once

#include <napi.h>

namespace convkit {

// runtime(): facts about the processor and the pool
Napi::Value runtimeFacts(const Napi::CallbackInfo& info);

// constantId(): a number that no other constant of the process has
Napi::Value constantId(const Napi::CallbackInfo& info);

// setThreads(threads)
Napi::Value setThreads(const Napi::CallbackInfo& info);

}  // namespace convkit
