#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "binding/arguments.h"
#include "core/memory.h"
#include "program/program.h"

namespace convkit {

// The typed arrays of one run, checked against the program's ports: types, exact lengths, no resizable
// buffers, and no output that overlaps another array.
struct RunBuffers {
  // Throws std::invalid_argument.
  RunBuffers(const Program& program, Napi::Value inputs, Napi::Value outputs);

  // Valid until JavaScript runs again.
  std::vector<ArrayView> inputs;
  std::vector<ArrayView> outputs;
  std::vector<napi_value> output_values;

  // For each output the memory that it was lent, if it fills a block of it: a run may write there at any
  // time, since the block stays while it is held.
  void holdLentOutputs();
  std::vector<std::shared_ptr<Scratch>> lent_outputs;
};

// Throws std::invalid_argument unless the view is what the port takes.
void checkPort(const ArrayView& view, const Program::Port& port, const std::string& name);

inline size_t bytesOf(const Program::Port& port) {
  return static_cast<size_t>(port.size * bytesPerValue(port.type));
}

}  // namespace convkit
