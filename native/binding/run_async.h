#pragma once

#include <napi.h>

namespace convkit {

// runAsync(program, inputs, outputs, done): id
Napi::Value runAsync(const Napi::CallbackInfo& info);

// cancel(id)
Napi::Value cancelRun(const Napi::CallbackInfo& info);

}  // namespace convkit
