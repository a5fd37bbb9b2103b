#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "program/program.h"

namespace convkit {

// The spec that JavaScript gives to createProgram. Everything but the constants' values is copied: another
// thread could change a shared array between a check and its use.
class SpecReader {
 public:
  // Throws std::invalid_argument.
  explicit SpecReader(Napi::Value spec);

  // Valid until JavaScript runs again.
  ProgramSpec spec() const;

 private:
  std::vector<double> slot_sizes_;
  std::vector<uint8_t> slot_types_;
  std::vector<int32_t> inputs_;
  std::vector<int32_t> outputs_;
  std::vector<int32_t> constant_slots_;
  std::vector<const float*> constants_;
  std::vector<size_t> constant_lengths_;
  std::vector<double> constant_ids_;
  std::vector<int32_t> code_;
  std::vector<double> scalars_;
  int32_t threads_ = 0;
};

}  // namespace convkit
