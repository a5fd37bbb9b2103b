#include "ops/image_border.h"

namespace convkit {
namespace {

int64_t modulo(int64_t place, int64_t period) {
  const int64_t rest = place % period;
  return rest < 0 ? rest + period : rest;
}

std::vector<int32_t> sources(int64_t first, int32_t count, int32_t size, BorderMode mode) {
  std::vector<int32_t> found;
  for (int32_t i = 0; i < count; ++i) found.push_back(borderSource(first + i, size, mode));
  return found;
}

}  // namespace

int32_t borderSource(int64_t place, int32_t size, BorderMode mode) {
  if (place >= 0 && place < size) return static_cast<int32_t>(place);
  const int64_t n = size;
  switch (mode) {
    case BorderMode::kReflect101: {
      if (n == 1) return 0;
      const int64_t at = modulo(place, 2 * (n - 1));
      return static_cast<int32_t>(at < n ? at : 2 * (n - 1) - at);
    }
    case BorderMode::kReflect: {
      const int64_t at = modulo(place, 2 * n);
      return static_cast<int32_t>(at < n ? at : 2 * n - 1 - at);
    }
    case BorderMode::kReplicate:
      return place < 0 ? 0 : size - 1;
    case BorderMode::kWrap:
      return static_cast<int32_t>(modulo(place, n));
    default:
      return kOutside;
  }
}

BorderedRows::BorderedRows(const ImageWindowGeometry& geometry)
    : g_(geometry),
      left_(sources(-geometry.anchor_x, geometry.anchor_x, geometry.width, geometry.border)),
      right_(sources(geometry.width, geometry.kernel_width - 1 - geometry.anchor_x, geometry.width,
                     geometry.border)),
      before_(static_cast<int64_t>(left_.size()) * geometry.channels),
      inner_(int64_t{geometry.width} * geometry.channels),
      behind_(static_cast<int64_t>(right_.size()) * geometry.channels) {}

}  // namespace convkit
