#pragma once

#include <napi.h>

namespace convkit {

// Memory for results, lent to JavaScript as external ArrayBuffers and taken back when the garbage
// collector frees those. A fresh ArrayBuffer of V8's costs a page fault for every 4 KiB that a result
// fills, which for a large one takes as long as computing it (12.8 MB: 4.8 ms on a virtual machine with
// an Intel Xeon, where a 3×3 convolution of 64 channels that gives it takes 8 ms).
//
// When an environment ends, Node calls the finalizers of all its external buffers, whether or not
// `buffer.transfer()` has moved the memory on to a buffer of another thread, of which nobody tells when that
// is freed. Whatever comes back that late is lost: never used again, never freed. So none should be lent to
// threads that end before the process does.

// allocate(bytes): an ArrayBuffer with left-over contents; or undefined where the engine allows no
// external buffers, or where too much would be out: they come back when the event loop turns, which a long
// synchronous loop prevents.
Napi::Value allocateResult(const Napi::CallbackInfo& info);

// memoryUse(): the bytes that are out, lost, and in the caches
Napi::Value memoryUse(const Napi::CallbackInfo& info);

// releaseMemory(): gives what the caches hold back to the system, and tells how many bytes that were
Napi::Value releaseMemory(const Napi::CallbackInfo& info);

}  // namespace convkit
