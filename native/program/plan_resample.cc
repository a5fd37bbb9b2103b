#include "program/plan_resample.h"

#include <utility>
#include <vector>

#include "kernels/resample/resample.h"
#include "ops/float_indices.h"
#include "ops/resample.h"
#include "program/code_reader.h"

namespace convkit {
namespace {

using Form = ResampleTables::Form;

const char* const kPlain = "plain";

Dims flat(int64_t size) { return {1, static_cast<int32_t>(size), {1, 1, 1}}; }

// Wide enough for any number of values.
Layout wordsLayout(int64_t words) {
  return plainLayout({static_cast<int32_t>((words + 1023) / 1024), 1024, {1, 1, 1}});
}

std::vector<int32_t> constantPlaces(const ResampleGeometry& g, const float* indices) {
  const int64_t count = int64_t{g.output_length} * g.taps;
  std::vector<int32_t> places(static_cast<size_t>(count));
  const IndexRange range{"resample", g.length, false};
  const int64_t good = toPlaces(range, indices, count, places.data());
  if (good < count) failProgram(range.messageFor(indices[good]));
  return places;
}

struct Tables {
  ResampleTables tables;
  Value indices, weights, offset, target;  // absent where the tables are known
};

Tables tablesOf(const Step& step, Form form, ValueTable& table) {
  const ResampleGeometry& g = step.resample;
  const int32_t offset_slot = step.operands[3];
  const float* indices = table.constantValues(step.operands[1]);
  const float* weights = table.constantValues(step.operands[2]);
  const float* offset = offset_slot == kNoSlot ? nullptr : table.constantValues(offset_slot);
  std::vector<int32_t> places;
  if (indices) places = constantPlaces(g, indices);
  if (indices && weights && (offset || offset_slot == kNoSlot)) {
    return {ResampleTables(g, form, places.data(), weights, offset), {}, {}, {}, {}};
  }
  const int64_t entries = int64_t{g.output_length} * g.taps;
  const Value index_value = table.plain(step.operands[1], flat(entries));
  const Value weight_value = table.plain(step.operands[2], flat(entries));
  const Value offset_value = table.plainOrAbsent(offset_slot, flat(g.output_length));
  const Value target = table.temporary(wordsLayout(ResampleTables::words(g, form)));
  return {ResampleTables(g, form, index_value, weight_value, offset_value, target), index_value, weight_value,
          offset_value, target};
}

// Whether the step walks along one axis of a tensor of these dims, and which.
bool findAxis(const ResampleGeometry& g, const Dims& dims, ResampleAxis* axis) {
  const Extent3& s = dims.space;
  const int64_t planes = int64_t{dims.n} * dims.c;
  auto is = [&](int64_t outer, int64_t length, int64_t inner) {
    return g.outer == outer && g.length == length && g.inner == inner;
  };
  if (is(planes * s.d * s.h, s.w, 1)) {
    *axis = ResampleAxis::kWidth;
  } else if (is(planes * s.d, s.h, s.w)) {
    *axis = ResampleAxis::kHeight;
  } else if (is(planes, s.d, int64_t{s.h} * s.w)) {
    *axis = ResampleAxis::kDepth;
  } else {
    return false;
  }
  return true;
}

Dims resampled(Dims dims, ResampleAxis axis, int32_t length) {
  Extent3& s = dims.space;
  (axis == ResampleAxis::kWidth ? s.w : axis == ResampleAxis::kHeight ? s.h : s.d) = length;
  return dims;
}

void emitRuns(const Step& step, ResampleAxis axis, const Value& x, const Value& y, Isa isa,
              ValueTable& table) {
  Tables t = tablesOf(step, Form::kRuns, table);
  table.emit(makeResampleRunsOp(axis, step.resample.taps, std::move(t.tables), x, y, isa),
             {x, t.indices, t.weights, t.offset}, {y, t.target});
}

}  // namespace

void requestResampleBlocks(const Step& step, ValueTable& table) {
  if (!table.goesPlain(step.results[0])) table.requestBlocked(step.operands[0]);
}

StepDescription planResample(const Step& step, Isa isa, ValueTable& table) {
  const ResampleGeometry& g = step.resample;
  const int32_t x_slot = step.operands[0], y_slot = step.results[0];
  Dims dims;
  ResampleAxis axis;
  if (table.isBlocked(x_slot, &dims) && findAxis(g, dims, &axis)) {
    const Value x = table.blocked(x_slot, dims);
    emitRuns(step, axis, x, table.newBlocked(y_slot, resampled(dims, axis, g.output_length)), isa, table);
    return {kPlain, "channels in lanes, as its operand lies"};
  }
  if (g.inner >= resampleKernels(isa).lanes) {
    dims = {g.outer, 1, {1, g.length, g.inner}};
    axis = ResampleAxis::kHeight;
    const Value x = table.plain(x_slot, dims);
    emitRuns(step, axis, x, table.newPlain(y_slot, resampled(dims, axis, g.output_length)), isa, table);
    return {kPlain, "runs of neighbouring values"};
  }
  const Value x = table.plain(x_slot, flat(table.sizeOf(x_slot)));
  const Value y = table.newPlain(y_slot, flat(table.sizeOf(y_slot)));
  Tables t = tablesOf(step, Form::kPlaces, table);
  table.emit(makeResamplePlacesOp(g, std::move(t.tables), x, y, isa), {x, t.indices, t.weights, t.offset},
             {y, t.target});
  return {kPlain, "values picked into lanes"};
}

}  // namespace convkit
