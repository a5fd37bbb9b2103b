#pragma once

#include <cstdint>

#include "core/memory.h"
#include "ops/op.h"

namespace convkit {

// A resampling's indices, weights and offsets in the order in which the kernels of the `resample` family read
// them: for runs as they are, for places one tap after another, each with a table for every value of a line.
class ResampleTables {
 public:
  enum class Form { kRuns, kPlaces };

  // Known tables, packed now. `places` are outputLength · taps good ones; `offset` may be null.
  ResampleTables(const ResampleGeometry& geometry, Form form, const int32_t* places, const float* weights,
                 const float* offset);
  // Tables that every run packs anew into `target`, a temporary of words(geometry, form) values. `offset` may
  // be absent.
  ResampleTables(const ResampleGeometry& geometry, Form form, const Value& indices, const Value& weights,
                 const Value& offset, const Value& target);

  static int64_t words(const ResampleGeometry& geometry, Form form);

  // Values between two taps' tables.
  int64_t stride() const { return stride_; }
  bool known() const { return known_.size() > 0; }
  size_t bytes() const { return known_.size(); }

  // Where a run finds the tables.
  struct View {
    const int32_t* indices;  // null where the run was cancelled
    const float* weights;
    const float* offset;  // may be null
  };
  // Throws RunError for an index that is out of range.
  View view(const RunContext& context) const;

 private:
  ResampleTables(const ResampleGeometry& geometry, Form form, bool has_offset);
  void pack(const int32_t* places, const float* weights, const float* offset, char* target) const;
  View viewOf(const char* target) const;
  // Of the packed tables, in bytes.
  int64_t tableBytes() const { return stride_ * rows_ * static_cast<int64_t>(sizeof(float)); }

  const ResampleGeometry geometry_;
  const Form form_;
  const bool has_offset_;
  const int64_t stride_, rows_;
  AlignedBuffer known_;
  Value indices_, weights_, offset_, target_;
};

}  // namespace convkit
