#pragma once

#include <algorithm>
#include <utility>

#include "ops/op.h"

namespace convkit {

// Calls body(first, end, participant) for ranges of independent pieces of output, on as many threads as
// the work is worth. `operations` is what one piece costs; several cheap ones are handed out at a time.
template <class Body>
void forEachRange(const RunContext& context, int64_t pieces, double operations, Body&& body) {
  constexpr double kWorthHandingOut = 32768;
  constexpr double kPlenty = 1e12;
  const double total = static_cast<double>(pieces) * operations;
  const int threads = worthwhileThreads(context, static_cast<int64_t>(std::min(total, kPlenty)));
  const int64_t enough = static_cast<int64_t>(kWorthHandingOut / std::max(operations, 1.0)) + 1;
  const int64_t fair = (pieces + 4 * threads - 1) / (4 * threads);
  const int64_t group = std::min(enough, fair);
  parallelFor((pieces + group - 1) / group, threads, context.cancelled, [&](int64_t chunk, int participant) {
    body(chunk * group, std::min(pieces, (chunk + 1) * group), participant);
  });
}

// The same with body(row, participant) for every row.
template <class Body>
void forEachRow(const RunContext& context, int64_t rows, double operations, Body&& body) {
  forEachRange(context, rows, operations, [&](int64_t first, int64_t end, int participant) {
    for (int64_t row = first; row < end; ++row) body(row, participant);
  });
}

// A number that counts through mixed radices, last axis fastest.
inline int64_t takeAxis(int64_t& index, int64_t size) {
  const int64_t place = index % size;
  index /= size;
  return place;
}

}  // namespace convkit
