// The template of the `layout` family, included once by each thin per-ISA file.

#include "kernels/layout/layout.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// Four columns of `rows` ≤ kLanes rows from row r on. The last row stands in for those that are missing.
CONVKIT_INLINE void loadLastColumns(const LayoutArgs& args, int64_t r, int64_t c, Vec* v) {
  float square[kLanes * 4];
  for (int lane = 0; lane < kLanes; ++lane) {
    const int64_t row = r + lane < args.rows ? r + lane : args.rows - 1;
    __builtin_memcpy(square + lane * 4, args.from + row * args.from_stride + c, 4 * sizeof(float));
  }
  loadColumns(square, 4, v);
}

struct InSteps {
  CONVKIT_INLINE float* column(const LayoutArgs& args, int64_t c) { return args.to + c * args.to_stride; }
};
struct Scattered {
  CONVKIT_INLINE float* column(const LayoutArgs& args, int64_t c) { return args.to + args.to_columns[c]; }
};

template <class Target>
CONVKIT_INLINE void transposeColumns(const LayoutArgs& args, int64_t r, int64_t c) {
  Vec v[4];
  if (r + kLanes <= args.readable_rows) {
    loadColumns(args.from + r * args.from_stride + c, args.from_stride, v);
  } else {
    loadLastColumns(args, r, c, v);
  }
  const int64_t lanes = args.rows - r;
  if (lanes >= kLanes) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      float* to = Target::column(args, c + i) + r;
      // A last group that overlaps the one before is not aligned.
      args.stream&& r % kLanes == 0 ? stream(to, v[i]) : store(to, v[i]);
    }
  } else {
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) storePartial(Target::column(args, c + i) + r, v[i], static_cast<int>(lanes));
  }
}

// Two to four channels to pixels side by side, as images are kept. Of each pixel four values are written, and
// what is too much belongs to the next pixel, so the last one is left over.
CONVKIT_INLINE void interleaveVector(const LayoutArgs& args, int64_t c) {
  Vec v[4];
#pragma GCC unroll 4
  for (int64_t r = 0; r < 4; ++r)
    v[r] = load(args.from + (r < args.rows ? r : args.rows - 1) * args.from_stride + c);
  transposeQuads(v);
  storeColumnsInOrder(args.to + c * args.to_stride, args.to_stride, v);
}

// Returns how many columns are done.
CONVKIT_INLINE int64_t interleave(const LayoutArgs& args) {
  const int64_t most = args.columns - 1;
  if (most < kLanes) return 0;
  for (int64_t c = 0; c + kLanes <= most; c += kLanes) interleaveVector(args, c);
  interleaveVector(args, most - kLanes);
  return most;
}

template <class Target>
void transposeScalar(const LayoutArgs& args, int64_t first_column) {
  for (int64_t c = first_column; c < args.columns; ++c) {
    for (int64_t r = 0; r < args.rows; ++r) Target::column(args, c)[r] = args.from[r * args.from_stride + c];
  }
}

// A last group of rows or columns that is not full overlaps the one before it.
template <class Target>
void transpose(const LayoutArgs& args) {
  const bool packs = !args.to_columns && args.rows >= 2 && args.rows <= 4 && args.to_stride == args.rows;
  if (packs) return transposeScalar<Target>(args, interleave(args));
  if (args.columns < 4) return transposeScalar<Target>(args, 0);
  for (int64_t r = 0; r < args.rows; r += kLanes) {
    const int64_t first = r + kLanes > args.rows && args.rows >= kLanes ? args.rows - kLanes : r;
    for (int64_t c = 0; c < args.columns; c += 4) {
      transposeColumns<Target>(args, first, c + 4 > args.columns ? args.columns - 4 : c);
    }
  }
}

void copy(const LayoutArgs& args) {
  const int64_t whole = args.columns / kLanes * kLanes;
  const int tail = static_cast<int>(args.columns - whole);
  for (int64_t r = 0; r < args.rows; ++r) {
    const float* from = args.from + r * args.from_stride;
    float* to = args.to + r * args.to_stride;
    // Rows of different planes lie too far apart for the processor to foresee the next ones.
    __builtin_prefetch(from + 8 * args.from_stride);
    __builtin_prefetch(from + 8 * args.from_stride + 16);
    __builtin_prefetch(from + 8 * args.from_stride + 32);
    __builtin_prefetch(from + 8 * args.from_stride + 48);
    int64_t c = 0;
    for (; c < whole; c += kLanes) store(to + c, load(from + c));
    if (tail > 0) {
      if (whole + kLanes <= args.padded) {
        store(to + c, loadPartial(from + c, tail));
        c += kLanes;
      } else {
        storePartial(to + c, loadPartial(from + c, tail), tail);
        c += tail;
      }
    }
    for (; c < args.padded; ++c) to[c] = 0.0f;
  }
}

#define CONVKIT_LAYOUT_TABLE \
  { transpose<InSteps>, transpose<Scattered>, copy }

}  // namespace
}  // namespace convkit
