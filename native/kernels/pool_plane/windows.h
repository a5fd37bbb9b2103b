#pragma once

// Window kernels: one output after another, along the runs of columns that its window consists of.

#include "kernels/pool/reductions.h"
#include "kernels/pool_plane/pool_plane.h"
#include "simd/vec.h"

namespace convkit {
namespace {

// Partial results hide the latency of one.
constexpr int kRunPartials = 4;

// Vectors that the partial sums may take together before rounding begins to matter.
constexpr int64_t kPieceVectors = 256;

// A window as runs of neighbouring columns.
struct Runs {
  const float* x;
  int32_t slices, rows;
  int64_t slice_tap, row_tap, columns;
};

// A window over whole rows, one below the other, is one long run.
CONVKIT_INLINE void joinRuns(Runs& runs) {
  if (runs.rows > 1 && runs.columns != runs.row_tap) return;
  runs.columns *= runs.rows;
  runs.rows = 1;
  if (runs.slices > 1 && runs.columns != runs.slice_tap) return;
  runs.columns *= runs.slices;
  runs.slices = 1;
}

// Where an output is, counted through planes, slices, rows and columns.
class WindowCursor {
 public:
  WindowCursor(const PoolPlanes& planes, const float* x, int64_t output) : planes_(planes) {
    place_ = output % planes.output.volume();
    x_ = x + output / planes.output.volume() * planes.plane_step;
    int64_t left = place_;
    w_ = static_cast<int32_t>(left % planes.output.w);
    left /= planes.output.w;
    h_ = static_cast<int32_t>(left % planes.output.h);
    d_ = static_cast<int32_t>(left / planes.output.h);
  }
  // Within its plane.
  int64_t place() const { return place_; }
  Runs runs() const {
    const PlaneTaps &d = planes_.d[d_], &h = planes_.h[h_], &w = planes_.w[w_];
    Runs runs{x_ + d.first * planes_.slice_step + h.first * planes_.row_step + w.first,
              d.taps,
              h.taps,
              planes_.slice_tap,
              planes_.row_tap,
              w.taps};
    joinRuns(runs);
    return runs;
  }
  void next() {
    ++place_;
    if (++w_ < planes_.output.w) return;
    w_ = 0;
    if (++h_ < planes_.output.h) return;
    h_ = 0;
    if (++d_ < planes_.output.d) return;
    d_ = 0;
    place_ = 0;
    x_ += planes_.plane_step;
  }

 private:
  const PoolPlanes& planes_;
  const float* x_;
  int64_t place_;
  int32_t d_, h_, w_;
};

// `count` floats, and in the lanes past them what changes no result.
template <class Reduction>
CONVKIT_INLINE Vec loadRest(const float* x, int32_t count) {
  const Vec v = loadPartial(x, count);
  if constexpr (Reduction::kDivides) return v;
  IntVec lane;
  for (int i = 0; i < kLanes; ++i) lane[i] = i;
  return lane < count ? v : Reduction::start();
}

template <class Reduction>
CONVKIT_INLINE void startPartials(Vec* partials) {
#pragma GCC unroll 4
  for (int i = 0; i < kRunPartials; ++i) partials[i] = Reduction::start();
}

template <class Reduction>
CONVKIT_INLINE Vec total(const Vec* v) {
  return Reduction::combine(Reduction::combine(v[0], v[1]), Reduction::combine(v[2], v[3]));
}

template <class Reduction>
CONVKIT_INLINE void addRun(const float* x, int64_t count, Vec* partials) {
  const float* const end = x + count;
  for (; end - x >= kRunPartials * kLanes; x += kRunPartials * kLanes) {
#pragma GCC unroll 4
    for (int i = 0; i < kRunPartials; ++i) {
      partials[i] = Reduction::combine(partials[i], load(x + i * kLanes));
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < kRunPartials - 1; ++i) {
    if (end - x < kLanes) break;
    partials[i] = Reduction::combine(partials[i], load(x));
    x += kLanes;
  }
  if (x == end) return;
  partials[3] = Reduction::combine(partials[3], loadRest<Reduction>(x, static_cast<int32_t>(end - x)));
}

// Kahan's compensated sum, lane by lane: a plane may have millions of pixels.
struct LongSum {
  Vec sum, lost;
};

CONVKIT_INLINE void addToLongSum(LongSum& to, Vec piece) {
  const Vec term = piece - to.lost;
  const Vec next = to.sum + term;
  // An infinite sum would turn into a NaN by being compensated.
  to.lost = (absolute(next) < __builtin_inff()) ? (next - to.sum) - term : Vec{};
  to.sum = next;
}

// What a window has been reduced to, lane by lane, while its rows come.
template <class Reduction>
struct Gathered {
  Vec partials[kRunPartials];
  LongSum sum;
  int64_t room;  // in vectors

  CONVKIT_INLINE void start(Gathered& all) {
    startPartials<Reduction>(all.partials);
    all.sum = LongSum{Vec{}, Vec{}};
    all.room = kPieceVectors;
  }
  CONVKIT_INLINE void makeRoom(Gathered& all, int64_t vectors) {
    if constexpr (!Reduction::kDivides) return;
    all.room -= vectors;
    if (all.room >= 0) return;
    addToLongSum(all.sum, total<Reduction>(all.partials));
    startPartials<Reduction>(all.partials);
    all.room = kPieceVectors;
  }
  CONVKIT_INLINE Vec finish(Gathered& all) {
    const Vec rest = total<Reduction>(all.partials);
    if constexpr (!Reduction::kDivides) return rest;
    addToLongSum(all.sum, rest);
    return all.sum.sum;
  }
};

// Runs of kFull vectors and a rest, which may be empty: no branch in a row.
template <class Reduction, int kFull>
CONVKIT_INLINE Vec reduceShortRuns(const Runs& runs) {
  Gathered<Reduction> all;
  Gathered<Reduction>::start(all);
  const int32_t rest = static_cast<int32_t>(runs.columns - kFull * kLanes);
  for (int32_t d = 0; d < runs.slices; ++d) {
    const float* x = runs.x + d * runs.slice_tap;
    for (int32_t h = 0; h < runs.rows; ++h, x += runs.row_tap) {
      Gathered<Reduction>::makeRoom(all, kRunPartials);
#pragma GCC unroll 4
      for (int i = 0; i < kFull; ++i) {
        all.partials[i] = Reduction::combine(all.partials[i], load(x + i * kLanes));
      }
      all.partials[3] = Reduction::combine(all.partials[3], loadRest<Reduction>(x + kFull * kLanes, rest));
    }
  }
  return Gathered<Reduction>::finish(all);
}

template <class Reduction>
Vec reduceLongRuns(const Runs& runs) {
  constexpr int64_t kPiece = kPieceVectors * kLanes;
  Gathered<Reduction> all;
  Gathered<Reduction>::start(all);
  for (int32_t d = 0; d < runs.slices; ++d) {
    for (int32_t h = 0; h < runs.rows; ++h) {
      const float* x = runs.x + d * runs.slice_tap + h * runs.row_tap;
      for (int64_t at = 0; at < runs.columns; at += kPiece) {
        const int64_t count = runs.columns - at < kPiece ? runs.columns - at : kPiece;
        Gathered<Reduction>::makeRoom(all, count / kLanes);
        addRun<Reduction>(x + at, count, all.partials);
      }
    }
  }
  return Gathered<Reduction>::finish(all);
}

template <class Reduction>
CONVKIT_INLINE Vec reduceRuns(const Runs& runs) {
  switch (runs.columns / kLanes) {
    case 0:
      return reduceShortRuns<Reduction, 0>(runs);
    case 1:
      return reduceShortRuns<Reduction, 1>(runs);
    case 2:
      return reduceShortRuns<Reduction, 2>(runs);
    case 3:
      return reduceShortRuns<Reduction, 3>(runs);
    default:
      return reduceLongRuns<Reduction>(runs);
  }
}

// Four windows' lanes are reduced together, because one window's are a long chain of shuffles.
template <class Reduction>
CONVKIT_INLINE void writeFour(Vec* windows, Quad divisors, float* y, int count) {
  transposeQuads(windows);
  const Vec quads = total<Reduction>(windows);
  Quad folded[kLanes / 4];
  __builtin_memcpy(folded, &quads, sizeof(quads));
  Quad all = folded[0];
#pragma GCC unroll 4
  for (int i = 1; i < kLanes / 4; ++i) all = Reduction::combineQuads(all, folded[i]);
  if constexpr (Reduction::kDivides) all /= divisors;
  if (count == 4) {
    __builtin_memcpy(y, &all, sizeof(all));
    return;
  }
  for (int i = 0; i < count; ++i) y[i] = all[i];
}

// Calls reduce(0), reduce(1), … for the outputs, in this order.
template <class Reduction, class Reduce, class DivisorOf>
CONVKIT_INLINE void writeWindows(const PoolWindowsArgs& args, Reduce reduce, DivisorOf divisorOf) {
  float* y = args.y + args.first;
  int64_t done = 0;
  for (; done + 4 <= args.outputs; done += 4) {
    Vec windows[4];
    Quad divisors{};
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      divisors[i] = divisorOf(i);
      windows[i] = reduce();
    }
    writeFour<Reduction>(windows, divisors, y + done, 4);
  }
  if (done == args.outputs) return;
  Vec windows[4] = {};
  Quad divisors = {1, 1, 1, 1};
  const int left = static_cast<int>(args.outputs - done);
  for (int i = 0; i < left; ++i) {
    divisors[i] = divisorOf(i);
    windows[i] = reduce();
  }
  writeFour<Reduction>(windows, divisors, y + done, left);
}

template <class Reduction, int kFull>
CONVKIT_INLINE void poolShortPlanes(const PoolWindowsArgs& args, const Runs& runs) {
  const float* x = runs.x;
  const int32_t rest = static_cast<int32_t>(runs.columns - kFull * kLanes);
  writeWindows<Reduction>(
      args,
      [&] {
        Vec v = loadRest<Reduction>(x + kFull * kLanes, rest);
#pragma GCC unroll 4
        for (int i = 0; i < kFull; ++i) v = Reduction::combine(v, load(x + i * kLanes));
        x += args.planes->plane_step;
        return v;
      },
      [&](int) { return Reduction::kDivides ? args.divisors[0] : 1; });
}

template <class Reduction>
void poolWindows(const PoolWindowsArgs& args) {
  WindowCursor cursor(*args.planes, args.x, args.first);
  if (args.planes->output.volume() == 1) {
    const Runs runs = cursor.runs();
    if (runs.rows == 1 && runs.slices == 1 && runs.columns < 4 * kLanes) {
      switch (runs.columns / kLanes) {
        case 0:
          return poolShortPlanes<Reduction, 0>(args, runs);
        case 1:
          return poolShortPlanes<Reduction, 1>(args, runs);
        case 2:
          return poolShortPlanes<Reduction, 2>(args, runs);
        default:
          return poolShortPlanes<Reduction, 3>(args, runs);
      }
    }
  }
  writeWindows<Reduction>(
      args,
      [&] {
        const Vec v = reduceRuns<Reduction>(cursor.runs());
        cursor.next();
        return v;
      },
      [&](int) { return Reduction::kDivides ? args.divisors[cursor.place()] : 1; });
}

}  // namespace
}  // namespace convkit
