// The template of the `reduce` family, included once by each thin per-ISA file.

#include "kernels/reduce/reduce.h"
#include "simd/extremes.h"

namespace convkit {
namespace {

template <Reduction kReduction>
struct Reducer {
  CONVKIT_INLINE Vec start() {
    switch (kReduction) {
      case Reduction::kMax:
        return broadcast(-__builtin_inff());
      case Reduction::kMin:
        return broadcast(__builtin_inff());
      case Reduction::kProd:
        return broadcast(1.0f);
      default:
        return Vec{};
    }
  }
  CONVKIT_INLINE Vec combine(Vec sum, Vec x) {
    switch (kReduction) {
      case Reduction::kMax:
        return maxOrNan(sum, x);
      case Reduction::kMin:
        return minOrNan(sum, x);
      case Reduction::kProd:
        return sum * x;
      default:
        return sum + x;
    }
  }
};

// Vectors that wait for one another's results no more than they must.
constexpr int kAtOnce = 4;

template <Reduction kReduction>
void reduceDown(const ReduceArgs& args) {
  using R = Reducer<kReduction>;
  int64_t c = 0;
  for (; c + kAtOnce * kLanes <= args.columns; c += kAtOnce * kLanes) {
    Vec sum[kAtOnce];
#pragma GCC unroll 4
    for (int i = 0; i < kAtOnce; ++i) sum[i] = load(args.x + c + i * kLanes);
    for (int64_t r = 1; r < args.rows; ++r) {
      const float* row = args.x + r * args.row_stride + c;
#pragma GCC unroll 4
      for (int i = 0; i < kAtOnce; ++i) sum[i] = R::combine(sum[i], load(row + i * kLanes));
    }
#pragma GCC unroll 4
    for (int i = 0; i < kAtOnce; ++i) store(args.y + c + i * kLanes, sum[i]);
  }
  for (; c + kLanes <= args.columns; c += kLanes) {
    Vec sum = load(args.x + c);
    for (int64_t r = 1; r < args.rows; ++r) sum = R::combine(sum, load(args.x + r * args.row_stride + c));
    store(args.y + c, sum);
  }
  if (c == args.columns) return;
  const int rest = static_cast<int>(args.columns - c);
  Vec sum = loadPartial(args.x + c, rest);
  for (int64_t r = 1; r < args.rows; ++r) {
    sum = R::combine(sum, loadPartial(args.x + r * args.row_stride + c, rest));
  }
  storePartial(args.y + c, sum, rest);
}

constexpr int kSums = 8;

// Halves are combined with one another until one value is left.
template <Reduction kReduction>
CONVKIT_INLINE float reduceLanes(Vec v) {
  using R = Reducer<kReduction>;
#pragma GCC unroll 4
  for (int width = kLanes; width > 1; width /= 2) v = R::combine(evenLanes(v, v), oddLanes(v, v));
  return v[0];
}

template <Reduction kReduction>
void reduceAcross(const ReduceArgs& args) {
  using R = Reducer<kReduction>;
  Vec sums[kSums];
#pragma GCC unroll 8
  for (int i = 0; i < kSums; ++i) sums[i] = R::start();
  int64_t c = 0;
  for (; c + kSums * kLanes <= args.columns; c += kSums * kLanes) {
#pragma GCC unroll 8
    for (int i = 0; i < kSums; ++i) sums[i] = R::combine(sums[i], load(args.x + c + i * kLanes));
  }
  for (; c + kLanes <= args.columns; c += kLanes) sums[0] = R::combine(sums[0], load(args.x + c));
  if (c < args.columns) {
    // The other lanes hold what changes nothing.
    float rest[kLanes];
    store(rest, R::start());
    __builtin_memcpy(rest, args.x + c, static_cast<size_t>(args.columns - c) * sizeof(float));
    sums[1] = R::combine(sums[1], load(rest));
  }
#pragma GCC unroll 4
  for (int half = kSums / 2; half > 0; half /= 2) {
#pragma GCC unroll 4
    for (int i = 0; i < half; ++i) sums[i] = R::combine(sums[i], sums[i + half]);
  }
  args.y[0] = reduceLanes<kReduction>(sums[0]);
}

#define CONVKIT_REDUCE(form) \
  { form<Reduction::kSum>, form<Reduction::kMax>, form<Reduction::kMin>, form<Reduction::kProd> }
#define CONVKIT_REDUCE_TABLE \
  { CONVKIT_REDUCE(reduceDown), CONVKIT_REDUCE(reduceAcross) }

}  // namespace
}  // namespace convkit
