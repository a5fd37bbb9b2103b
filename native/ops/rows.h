#pragma once

#include <algorithm>
#include <utility>

#include "ops/op.h"

namespace convkit {

// Calls body(row, participant) for every row of independent output, on as many threads as the work is
// worth. `operations` is what one row costs; several short rows are handed out at a time.
template <class Body>
void forEachRow(const RunContext& context, int64_t rows, double operations, Body&& body) {
  constexpr double kWorthHandingOut = 32768;
  constexpr double kPlenty = 1e12;
  const double total = static_cast<double>(rows) * operations;
  const int threads = worthwhileThreads(context, static_cast<int64_t>(std::min(total, kPlenty)));
  const int64_t enough = static_cast<int64_t>(kWorthHandingOut / std::max(operations, 1.0)) + 1;
  const int64_t fair = (rows + 4 * threads - 1) / (4 * threads);
  const int64_t group = std::min(enough, fair);
  parallelFor((rows + group - 1) / group, threads, context.cancelled, [&](int64_t chunk, int participant) {
    const int64_t end = std::min(rows, (chunk + 1) * group);
    for (int64_t row = chunk * group; row < end; ++row) body(row, participant);
  });
}

// A number that counts through mixed radices, last axis fastest.
inline int64_t takeAxis(int64_t& index, int64_t size) {
  const int64_t place = index % size;
  index /= size;
  return place;
}

}  // namespace convkit
