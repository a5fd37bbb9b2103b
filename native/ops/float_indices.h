#pragma once

#include <cstdint>
#include <string>

#include "ops/op.h"

namespace convkit {

// Which float32 values are indices, and of what: whole numbers from 0 to length − 1, and with `from_end` also
// those from −length to −1, which count from the end.
struct IndexRange {
  const char* step;  // for messages
  int32_t length;
  bool from_end;

  // The place, or -1 where the value is none.
  int32_t placeOf(float value) const;
  std::string messageFor(float value) const;
};

// Turns `count` values into places. Returns how many were good before the first that was not.
int64_t toPlaces(const IndexRange& range, const float* values, int64_t count, int32_t* places);

// The same during a run, on several threads. The places are what an op goes by afterwards: values in a
// caller's memory could change. Throws RunError; false where the run was cancelled, places being left out
// perhaps.
bool readPlaces(const RunContext& context, const IndexRange& range, const float* values, int64_t count,
                int32_t* places);

}  // namespace convkit
