#pragma once

#include <algorithm>

#include "ops/op.h"

namespace convkit {

// Calls body(first, end, participant) for bands of an output's rows. Every band prepares `overlap` rows of
// the input that its neighbour prepares as well, so that bands are much taller than that.
template <class Body>
void forEachBand(const RunContext& context, int64_t rows, double operations_per_row, int64_t overlap,
                 Body&& body) {
  constexpr double kPlenty = 1e12;
  constexpr int64_t kBandsPerThread = 4, kLeastOverlaps = 4, kLeastRows = 8;
  const double total = std::min(static_cast<double>(rows) * operations_per_row, kPlenty);
  const int threads = worthwhileThreads(context, static_cast<int64_t>(total));
  const int64_t fair = (rows + kBandsPerThread * threads - 1) / (kBandsPerThread * threads);
  // Rather one band for each thread than idle threads.
  const int64_t most = (rows + threads - 1) / threads;
  const int64_t band = std::min(most, std::max({fair, kLeastOverlaps * overlap, kLeastRows}));
  parallelFor((rows + band - 1) / band, threads, context.cancelled, [&](int64_t chunk, int participant) {
    body(chunk * band, std::min(rows, (chunk + 1) * band), participant);
  });
}

}  // namespace convkit
