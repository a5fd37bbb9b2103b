#include "ops/float_indices.h"

#include <atomic>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "ops/rows.h"
#include "program/program.h"

namespace convkit {

int32_t IndexRange::placeOf(float value) const {
  // Doubles hold every index and every float32; a NaN fails the comparisons.
  const double index = value;
  const double least = from_end ? -static_cast<double>(length) : 0;
  if (!(index >= least && index < length)) return -1;
  const int32_t whole = static_cast<int32_t>(index);
  if (whole != index) return -1;
  return whole < 0 ? whole + length : whole;
}

std::string IndexRange::messageFor(float value) const {
  std::ostringstream message;
  message << step << ": index ";
  // As JavaScript writes it.
  if (std::isnan(value)) {
    message << "NaN";
  } else if (std::isinf(value)) {
    message << (value < 0 ? "-Infinity" : "Infinity");
  } else {
    message << std::setprecision(9) << value;
  }
  message << " is out of range for an axis of " << length;
  return message.str();
}

int64_t toPlaces(const IndexRange& range, const float* values, int64_t count, int32_t* places) {
  for (int64_t i = 0; i < count; ++i) {
    places[i] = range.placeOf(values[i]);
    if (places[i] < 0) return i;
  }
  return count;
}

bool readPlaces(const RunContext& context, const IndexRange& range, const float* values, int64_t count,
                int32_t* places) {
  std::atomic<int64_t> bad{count};
  forEachRange(context, count, 4, [&](int64_t begin, int64_t end, int) {
    const int64_t at = begin + toPlaces(range, values + begin, end - begin, places + begin);
    if (at == end) return;
    int64_t known = bad.load();
    while (at < known && !bad.compare_exchange_weak(known, at)) {
    }
  });
  if (bad < count) throw RunError(range.messageFor(values[bad]));
  return !context.isCancelled();
}

}  // namespace convkit
