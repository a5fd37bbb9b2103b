#pragma once

#include <napi.h>

#include <memory>

#include "core/memory.h"

namespace convkit {

// Memory for results, lent to JavaScript as external ArrayBuffers and taken back when the garbage
// collector frees those. A fresh ArrayBuffer of V8's costs a page fault for every 4 KiB that a result
// fills, which for a large one takes as long as computing it (12.8 MB: 4.8 ms on a virtual machine with
// an Intel Xeon, where a 3×3 convolution of 64 channels that gives it takes 8 ms).

// (bytes: number) → ArrayBuffer with left-over contents; or undefined where the engine allows no
// external buffers, or where more than kMostLentBytes would be out, unless it is the only one: they come
// back when the event loop turns, which a long synchronous loop prevents.
Napi::Value allocateResult(const Napi::CallbackInfo& info);

constexpr size_t kMostLentBytes = size_t{256} << 20;

// The lent block that begins at `data`, or null. Whoever holds it keeps it from being lent again.
std::shared_ptr<Scratch> lentBlockAt(const void* data);

}  // namespace convkit
