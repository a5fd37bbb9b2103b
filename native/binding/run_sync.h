#pragma once

#include <napi.h>

namespace convkit {

// run(program, inputs, outputs)
Napi::Value runSync(const Napi::CallbackInfo& info);

}  // namespace convkit
