#pragma once

#if defined(__SSE2__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace convkit {

// Stores that went past the caches are seen by other threads only after this, whatever is released in
// between.
inline void fenceStreams() {
#if defined(__SSE2__) || defined(_M_X64)
  _mm_sfence();
#endif
}

}  // namespace convkit
