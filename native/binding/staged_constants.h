#pragma once

#include <napi.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace convkit {

// Copies of a program's constants, for a pool thread to pack. JavaScript fills them piece by piece, so that
// no piece keeps its thread for long.
class StagedConstants {
 public:
  explicit StagedConstants(const std::vector<size_t>& lengths);

  // Appends values to a constant. Throws std::invalid_argument where they are too many.
  void append(size_t index, const float* values, size_t count);

  bool isComplete() const;
  size_t count() const { return constants_.size(); }
  const float* data(size_t index) const { return constants_[index].values.get(); }
  size_t length(size_t index) const { return constants_[index].length; }

 private:
  struct Constant {
    std::unique_ptr<float[]> values;
    size_t length;
    size_t filled;
  };
  std::vector<Constant> constants_;
};

// stageConstants(lengths): a handle.
Napi::Value stageConstants(const Napi::CallbackInfo& info);

// appendConstant(handle, index, values)
Napi::Value appendConstant(const Napi::CallbackInfo& info);

// What a handle holds, complete. The handle is of no use afterwards, so that nobody writes what a thread
// reads.
std::unique_ptr<StagedConstants> takeStagedConstants(Napi::Value handle);

}  // namespace convkit
