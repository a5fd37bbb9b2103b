#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "binding/staged_constants.h"
#include "program/program.h"

namespace convkit {

// The spec that JavaScript gives to createProgram. Everything but the constants' values is copied: another
// thread could change a shared array between a check and its use.
class SpecReader {
 public:
  // With staged constants those of the spec are not looked at. Throws std::invalid_argument.
  explicit SpecReader(Napi::Value spec, std::unique_ptr<StagedConstants> staged = nullptr);

  // Valid until JavaScript runs again; with staged constants as long as the reader lives.
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
  std::unique_ptr<StagedConstants> staged_;
  int32_t threads_ = 0;
};

}  // namespace convkit
