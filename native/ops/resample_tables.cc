#include "ops/resample_tables.h"

#include <algorithm>

#include "kernels/resample/resample.h"
#include "ops/float_indices.h"

namespace convkit {
namespace {

using Form = ResampleTables::Form;

int64_t entries(const ResampleGeometry& g) { return int64_t{g.output_length} * g.taps; }

int64_t strideOf(const ResampleGeometry& g, Form form) {
  if (form == Form::kRuns) return entries(g);
  const int64_t line = int64_t{g.output_length} * g.inner;
  return (line + kResampleLanes - 1) / kResampleLanes * kResampleLanes;
}

int64_t rowsOf(const ResampleGeometry& g, Form form) { return form == Form::kRuns ? 1 : g.taps; }

}  // namespace

ResampleTables::ResampleTables(const ResampleGeometry& geometry, Form form, bool has_offset)
    : geometry_(geometry),
      form_(form),
      has_offset_(has_offset),
      stride_(strideOf(geometry, form)),
      rows_(rowsOf(geometry, form)) {}

ResampleTables::ResampleTables(const ResampleGeometry& geometry, Form form, const int32_t* places,
                               const float* weights, const float* offset)
    : ResampleTables(geometry, form, offset != nullptr) {
  known_ = AlignedBuffer(static_cast<size_t>(words(geometry, form)) * sizeof(float));
  pack(places, weights, offset, known_.data<char>());
}

ResampleTables::ResampleTables(const ResampleGeometry& geometry, Form form, const Value& indices,
                               const Value& weights, const Value& offset, const Value& target)
    : ResampleTables(geometry, form, offset.present()) {
  indices_ = indices;
  weights_ = weights;
  offset_ = offset;
  target_ = target;
}

// Indices, weights and offsets; then room for places as they are read.
int64_t ResampleTables::words(const ResampleGeometry& geometry, Form form) {
  return strideOf(geometry, form) * (2 * rowsOf(geometry, form) + 1) + entries(geometry);
}

ResampleTables::View ResampleTables::view(const RunContext& context) const {
  if (known()) return viewOf(known_.data<char>());
  char* target = reinterpret_cast<char*>(context.f32(target_));
  const int64_t packed = 2 * tableBytes() + stride_ * static_cast<int64_t>(sizeof(float));
  int32_t* places = reinterpret_cast<int32_t*>(target + packed);
  const IndexRange range{"resample", geometry_.length, false};
  if (!readPlaces(context, range, context.f32(indices_), entries(geometry_), places)) return {};
  pack(places, context.f32(weights_), has_offset_ ? context.f32(offset_) : nullptr, target);
  return viewOf(target);
}

ResampleTables::View ResampleTables::viewOf(const char* target) const {
  return {reinterpret_cast<const int32_t*>(target), reinterpret_cast<const float*>(target + tableBytes()),
          has_offset_ ? reinterpret_cast<const float*>(target + 2 * tableBytes()) : nullptr};
}

void ResampleTables::pack(const int32_t* places, const float* weights, const float* offset,
                          char* target) const {
  int32_t* to_indices = reinterpret_cast<int32_t*>(target);
  float* to_weights = reinterpret_cast<float*>(target + tableBytes());
  float* to_offset = reinterpret_cast<float*>(target + 2 * tableBytes());
  if (form_ == Form::kRuns) {
    std::copy_n(places, stride_, to_indices);
    std::copy_n(weights, stride_, to_weights);
    if (offset) std::copy_n(offset, geometry_.output_length, to_offset);
    return;
  }
  const int64_t inner = geometry_.inner, taps = geometry_.taps;
  const int64_t line = geometry_.output_length * inner;
  for (int64_t t = 0; t < taps; ++t) {
    for (int64_t at = 0; at < stride_; ++at) {
      const int64_t entry = at / inner * taps + t;
      to_indices[t * stride_ + at] =
          at < line ? static_cast<int32_t>(places[entry] * inner + at % inner) : -1;
      to_weights[t * stride_ + at] = at < line ? weights[entry] : 0.0f;
    }
  }
  if (!offset) return;
  for (int64_t at = 0; at < stride_; ++at) to_offset[at] = at < line ? offset[at / inner] : 0.0f;
}

}  // namespace convkit
