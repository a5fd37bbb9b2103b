#pragma once

#include <cstdint>
#include <vector>

#include "core/thread_pool.h"

namespace convkit {

// Visits every chunk, and returns how many of them were not visited exactly once.
inline int64_t faultyChunks(int64_t chunks, int participants) {
  std::vector<int> visits(static_cast<size_t>(chunks));
  parallelFor(chunks, participants, nullptr,
              [&](int64_t chunk, int) { ++visits[static_cast<size_t>(chunk)]; });
  int64_t faulty = 0;
  for (int count : visits) faulty += count != 1;
  return faulty;
}

}  // namespace convkit
