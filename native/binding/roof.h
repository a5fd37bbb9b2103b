#pragma once

#include <napi.h>

namespace convkit {

// roof(): the GFLOP/s and GB/s that this machine reaches at most, on all threads of the pool.
Napi::Value roofOfMachine(const Napi::CallbackInfo& info);

}  // namespace convkit
