#include "binding/run_buffers.h"

#include <cstdint>
#include <stdexcept>
#include <string>

#include "core/lent_blocks.h"

namespace convkit {
namespace {

using Ports = std::vector<Program::Port>;

std::vector<napi_value> valuesFor(const Ports& ports, Napi::Value array, const char* name) {
  std::vector<napi_value> values = elementsOf(array, name);
  if (values.size() != ports.size()) {
    throw std::invalid_argument(std::string(name) + " must be " + std::to_string(ports.size()) +
                                " arrays, but got " + std::to_string(values.size()));
  }
  for (size_t i = 0; i < values.size(); ++i) refuseResizable(array.Env(), values[i], indexed(name, i));
  return values;
}

std::vector<ArrayView> viewsFor(const Ports& ports, napi_env env, const std::vector<napi_value>& values,
                                const char* name) {
  std::vector<ArrayView> views;
  views.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    views.push_back(viewOf(env, values[i], indexed(name, i)));
    checkPort(views[i], ports[i], indexed(name, i));
  }
  return views;
}

size_t bytesOf(const ArrayView& view) {
  switch (view.type) {
    case napi_uint8_array:
      return view.length;
    case napi_uint16_array:
      return 2 * view.length;
    default:
      return 4 * view.length;
  }
}

bool overlap(const ArrayView& a, const ArrayView& b) {
  const uintptr_t a_start = reinterpret_cast<uintptr_t>(a.data), a_end = a_start + bytesOf(a);
  const uintptr_t b_start = reinterpret_cast<uintptr_t>(b.data), b_end = b_start + bytesOf(b);
  return a.length > 0 && b.length > 0 && a_start < b_end && b_start < a_end;
}

void refuseOverlap(const std::vector<ArrayView>& inputs, const std::vector<ArrayView>& outputs) {
  for (size_t i = 0; i < outputs.size(); ++i) {
    for (size_t j = 0; j < inputs.size(); ++j) {
      if (!overlap(outputs[i], inputs[j])) continue;
      throw std::invalid_argument(indexed("outputs", i) + " must not overlap " + indexed("inputs", j));
    }
    for (size_t j = 0; j < i; ++j) {
      if (!overlap(outputs[i], outputs[j])) continue;
      throw std::invalid_argument(indexed("outputs", i) + " must not overlap " + indexed("outputs", j));
    }
  }
}

}  // namespace

RunBuffers::RunBuffers(const Program& program, Napi::Value input_array, Napi::Value output_array) {
  const napi_env env = input_array.Env();
  const std::vector<napi_value> input_values = valuesFor(program.inputs(), input_array, "inputs");
  output_values = valuesFor(program.outputs(), output_array, "outputs");
  inputs = viewsFor(program.inputs(), env, input_values, "inputs");
  outputs = viewsFor(program.outputs(), env, output_values, "outputs");
  refuseOverlap(inputs, outputs);
}

void RunBuffers::holdLentOutputs() {
  for (const ArrayView& view : outputs) lent_outputs.push_back(LentBlocks::instance().find(view.data));
}

namespace {

napi_typedarray_type arrayTypeOf(SlotType type) {
  switch (type) {
    case SlotType::kInt32:
      return napi_int32_array;
    case SlotType::kUint8:
      return napi_uint8_array;
    case SlotType::kUint16:
      return napi_uint16_array;
    default:
      return napi_float32_array;
  }
}

}  // namespace

void checkPort(const ArrayView& view, const Program::Port& port, const std::string& name) {
  const napi_typedarray_type type = arrayTypeOf(port.type);
  if (view.type == type && view.length == static_cast<size_t>(port.size)) return;
  throw std::invalid_argument(name + " must be a " + typeName(type) + " of " + std::to_string(port.size) +
                              " values, but got a " + typeName(view.type) + " of " +
                              std::to_string(view.length));
}

}  // namespace convkit
