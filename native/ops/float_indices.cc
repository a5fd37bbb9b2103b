#include "ops/float_indices.h"

#include <atomic>
#include <cmath>
#include <cstdio>

#include "ops/rows.h"
#include "program/program.h"

namespace convkit {
namespace {

// By printf and not by a stream: streams would bring libstdc++'s locales into the addon, 430 KB of it.
std::string asJavaScriptWrites(float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.9g", static_cast<double>(value));
  // A host program such as Electron may have set a locale whose decimal point is something else, of any
  // length.
  std::string text = digits;
  const size_t point = text.find_first_not_of("-0123456789e+");
  if (point != std::string::npos) text.replace(point, text.find_first_of("0123456789", point) - point, ".");
  return text;
}

}  // namespace

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
  return std::string(step) + ": index " + asJavaScriptWrites(value) + " is out of range for an axis of " +
         std::to_string(length);
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
