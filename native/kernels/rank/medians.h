// Medians of 3 × 3 and 5 × 5. A column of the window belongs to 3 or 5 windows, and is sorted once for all.

#include "kernels/rank/networks.h"
#include "kernels/rank/rank.h"
#include "simd/wide.h"

namespace convkit {
namespace {

template <class T, int kExchanges>
CONVKIT_INLINE void exchange(const Exchange (&network)[kExchanges], Wide<T>* v) {
#pragma GCC unroll 32
  for (int i = 0; i < kExchanges; ++i) {
    const Wide<T> a = v[network[i][0]], b = v[network[i][1]];
    v[network[i][0]] = smaller<T>(a, b);
    v[network[i][1]] = larger<T>(b, a);
  }
}

template <class T, int kSize>
void sortColumns(const SortColumnsArgs& args) {
  for (int64_t at = 0; at < args.count; at += kWideLanes<T>) {
    Wide<T> column[kSize];
#pragma GCC unroll 5
    for (int t = 0; t < kSize; ++t) column[t] = loadWide(static_cast<const T*>(args.x[t]) + at);
    if constexpr (kSize == 3) {
      exchange<T>(kSort3, column);
    } else {
      exchange<T>(kSort5, column);
    }
#pragma GCC unroll 5
    for (int j = 0; j < kSize; ++j) storeWide(static_cast<T*>(args.sorted[j]) + at, column[j]);
  }
}

template <class T, int kSize>
CONVKIT_INLINE void loadRank(const MedianArgs& args, int rank, int64_t at, Wide<T>* v) {
  const T* x = static_cast<const T*>(args.sorted[rank]) + at;
#pragma GCC unroll 5
  for (int t = 0; t < kSize; ++t) v[t] = loadWide(x + t * args.step);
}

template <class T>
CONVKIT_INLINE Wide<T> middle(Wide<T> a, Wide<T> b, Wide<T> c) {
  return larger<T>(smaller<T>(a, b), smaller<T>(larger<T>(a, b), c));
}

template <class T>
void median3(const MedianArgs& args) {
  for (int64_t at = 0; at < args.count; at += kWideLanes<T>) {
    Wide<T> low[3], mid[3], high[3];
    loadRank<T, 3>(args, 0, at, low);
    loadRank<T, 3>(args, 1, at, mid);
    loadRank<T, 3>(args, 2, at, high);
    const Wide<T> found =
        middle<T>(larger<T>(larger<T>(low[0], low[1]), low[2]), middle<T>(mid[0], mid[1], mid[2]),
                  smaller<T>(smaller<T>(high[0], high[1]), high[2]));
    storeWide(static_cast<T*>(args.y) + at, found, args.count - at);
  }
}

template <class T>
void median5(const MedianArgs& args) {
  for (int64_t at = 0; at < args.count; at += kWideLanes<T>) {
    Wide<T> row[5], candidates[kCandidates];
    loadRank<T, 5>(args, 0, at, row);
    exchange<T>(kHighest2Of5, row);
    candidates[1] = row[3];
    candidates[6] = row[4];
    loadRank<T, 5>(args, 1, at, row);
    exchange<T>(kHighest3Of5, row);
    candidates[3] = row[2];
    candidates[12] = row[3];
    candidates[10] = row[4];
    loadRank<T, 5>(args, 2, at, row);
    exchange<T>(kSort5, row);
    candidates[2] = row[1];
    candidates[4] = row[2];
    candidates[9] = row[3];
    loadRank<T, 5>(args, 3, at, row);
    exchange<T>(kLowest3Of5, row);
    candidates[7] = row[0];
    candidates[0] = row[1];
    candidates[5] = row[2];
    loadRank<T, 5>(args, 4, at, row);
    exchange<T>(kLowest2Of5, row);
    candidates[8] = row[0];
    candidates[11] = row[1];
    exchange<T>(kMedianOf13, candidates);
    storeWide(static_cast<T*>(args.y) + at, candidates[kMedianPlace], args.count - at);
  }
}

}  // namespace
}  // namespace convkit
