#pragma once

#include <napi.h>

namespace convkit {

// run(program, inputs, outputs)
Napi::Value runSync(const Napi::CallbackInfo& info);

// profile(program, inputs, outputs): the same, giving each step's nanoseconds
Napi::Value profileRun(const Napi::CallbackInfo& info);

}  // namespace convkit
