#pragma once

// Second half of the row kernels: across the line that the first half has left.

#include "kernels/pool/reductions.h"
#include "kernels/pool_plane/pool_plane.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// What becomes of a reduced window on its way out.
struct Finish {
  float row_factor;
  const float* factors;  // of the segment's columns
  bool multiply;
};

template <class Reduction>
CONVKIT_INLINE Vec finish(Vec v, const Finish& by, int32_t output) {
  if constexpr (Reduction::kDivides) {
    const Vec factor = by.row_factor * load(by.factors + output);
    return by.multiply ? v * factor : v / factor;
  }
  return v;
}

// The line and the outputs of one segment of a row.
struct Line {
  const float* x;
  float* y;
  int32_t outputs;
  Finish finish;
};

// Stores windows(start of a vector's first window), vector by vector from output `o` on.
template <class Reduction, class Windows>
CONVKIT_INLINE void writeVectors(const Line& line, int32_t o, int32_t stride, Windows windows) {
  for (; o + kLanes <= line.outputs; o += kLanes) {
    const Vec v = windows(line.x + static_cast<int64_t>(o) * stride);
    store(line.y + o, finish<Reduction>(v, line.finish, o));
  }
  if (o == line.outputs) return;
  const Vec v = windows(line.x + static_cast<int64_t>(o) * stride);
  storePartial(line.y + o, finish<Reduction>(v, line.finish, o), line.outputs - o);
}

// Windows of any number of taps.
template <class Reduction>
CONVKIT_INLINE void acrossStride1(const Line& line, int32_t taps, int64_t dilation) {
  int32_t o = 0;
  for (; o + 4 * kLanes <= line.outputs; o += 4 * kLanes) {
    const float* x = line.x + o;
    Vec v[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) v[i] = load(x + i * kLanes);
    for (int32_t t = 1; t < taps; ++t) {
      x += dilation;
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) v[i] = Reduction::combine(v[i], load(x + i * kLanes));
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      store(line.y + o + i * kLanes, finish<Reduction>(v[i], line.finish, o + i * kLanes));
    }
  }
  writeVectors<Reduction>(line, o, 1, [&](const float* x) {
    Vec v = load(x);
    for (int32_t t = 1; t < taps; ++t) v = Reduction::combine(v, load(x + t * dilation));
    return v;
  });
}

template <class Reduction>
CONVKIT_INLINE void acrossStride2(const Line& line, int32_t taps, int64_t dilation) {
  writeVectors<Reduction>(line, 0, 2, [&](const float* x) {
    Vec v = evenLanes(load(x), load(x + kLanes));
    for (int32_t t = 1; t < taps; ++t) {
      x += dilation;
      v = Reduction::combine(v, evenLanes(load(x), load(x + kLanes)));
    }
    return v;
  });
}

// Two or three neighbouring taps, which most poolings have.
template <class Reduction, int kTaps>
CONVKIT_INLINE void acrossFewStride1(const Line& line) {
  writeVectors<Reduction>(line, 0, 1, [&](const float* x) {
    Vec v = load(x);
#pragma GCC unroll 4
    for (int t = 1; t < kTaps; ++t) v = Reduction::combine(v, load(x + t));
    return v;
  });
}

template <class Reduction, int kTaps>
CONVKIT_INLINE void acrossFewStride2(const Line& line) {
  writeVectors<Reduction>(line, 0, 2, [&](const float* x) {
    const Vec low = load(x), high = load(x + kLanes);
    const Vec v = Reduction::combine(evenLanes(low, high), oddLanes(low, high));
    if (kTaps == 2) return v;
    return Reduction::combine(v, evenLanes(load(x + 2), load(x + 2 + kLanes)));
  });
}

// Four neighbouring taps at a time, of which the last ones may not be wanted.
template <class Reduction>
CONVKIT_INLINE void acrossAnyStride(const Line& line, int32_t taps, int32_t stride) {
  writeVectors<Reduction>(line, 0, stride, [&](const float* x) {
    Vec v = Reduction::start();
    for (int32_t t = 0; t < taps; t += 4) {
      Vec columns[4];
      loadColumns(x + t, stride, columns);
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) {
        if (t + i < taps) v = Reduction::combine(v, columns[i]);
      }
    }
    return v;
  });
}

// The scalar operations are those of the vectors, which takes care of NaNs.
template <class Reduction>
CONVKIT_INLINE float combineScalars(float sum, float x) {
  if constexpr (Reduction::kDivides) return sum + x;
  const float larger = x > sum ? x : sum;
  return x != x ? x : larger;
}

template <class Reduction>
CONVKIT_INLINE void acrossEachWindow(const Line& line, const PlaneTaps* windows, int64_t dilation) {
  for (int32_t o = 0; o < line.outputs; ++o) {
    const float* x = line.x + windows[o].first;
    float v = Reduction::start()[0];
    for (int32_t t = 0; t < windows[o].taps; ++t) v = combineScalars<Reduction>(v, x[t * dilation]);
    if constexpr (Reduction::kDivides) {
      const float factor = line.finish.row_factor * line.finish.factors[o];
      v = line.finish.multiply ? v * factor : v / factor;
    }
    line.y[o] = v;
  }
}

}  // namespace
}  // namespace convkit
