#include "binding/program_spec.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "binding/arguments.h"

namespace convkit {
namespace {

template <class T>
std::vector<T> copied(napi_env env, napi_value value, napi_typedarray_type type, const char* name) {
  const ArrayView view = viewOf(env, value, type, std::string("spec.") + name);
  const T* data = static_cast<const T*>(view.data);
  return std::vector<T>(data, data + view.length);
}

void checkLength(size_t length, size_t expected, const char* name, const char* like) {
  if (length == expected) return;
  throw std::invalid_argument(std::string("spec.") + name + " must be as long as " + like + " (" +
                              std::to_string(expected) + "), but got " + std::to_string(length));
}

}  // namespace

SpecReader::SpecReader(Napi::Value value, std::unique_ptr<StagedConstants> staged)
    : staged_(std::move(staged)) {
  if (!value.IsObject()) throw std::invalid_argument("spec must be an object");
  const Napi::Env env = value.Env();
  const Napi::Object object = value.As<Napi::Object>();

  // All that can run JavaScript comes first, all that looks at memory after it.
  const Napi::Value slot_sizes = object.Get("slotSizes"), slot_types = object.Get("slotTypes");
  const Napi::Value inputs = object.Get("inputs"), outputs = object.Get("outputs");
  const Napi::Value constant_slots = object.Get("constantSlots");
  const Napi::Value code = object.Get("code"), scalars = object.Get("scalars");
  const Napi::Value constant_ids = object.Get("constantIds");
  const Napi::Value threads = object.Get("threads");
  std::vector<napi_value> constants;
  if (staged_ == nullptr) constants = elementsOf(object.Get("constants"), "spec.constants");

  const double most = threads.IsNumber() ? threads.As<Napi::Number>().DoubleValue() : -1;
  if (!(most >= 0 && most <= 1024))
    throw std::invalid_argument("spec.threads must be a number from 0 to 1024");
  threads_ = static_cast<int32_t>(most);
  slot_sizes_ = copied<double>(env, slot_sizes, napi_float64_array, "slotSizes");
  slot_types_ = copied<uint8_t>(env, slot_types, napi_uint8_array, "slotTypes");
  inputs_ = copied<int32_t>(env, inputs, napi_int32_array, "inputs");
  outputs_ = copied<int32_t>(env, outputs, napi_int32_array, "outputs");
  constant_slots_ = copied<int32_t>(env, constant_slots, napi_int32_array, "constantSlots");
  constant_ids_ = copied<double>(env, constant_ids, napi_float64_array, "constantIds");
  code_ = copied<int32_t>(env, code, napi_int32_array, "code");
  scalars_ = copied<double>(env, scalars, napi_float64_array, "scalars");
  for (size_t i = 0; i < constants.size(); ++i) {
    const ArrayView view = viewOf(env, constants[i], napi_float32_array, indexed("spec.constants", i));
    constants_.push_back(static_cast<const float*>(view.data));
    constant_lengths_.push_back(view.length);
  }
  for (size_t i = 0; staged_ != nullptr && i < staged_->count(); ++i) {
    constants_.push_back(staged_->data(i));
    constant_lengths_.push_back(staged_->length(i));
  }
  checkLength(slot_types_.size(), slot_sizes_.size(), "slotTypes", "spec.slotSizes");
  checkLength(constant_slots_.size(), constants_.size(), "constantSlots", "spec.constants");
  checkLength(constant_ids_.size(), constants_.size(), "constantIds", "spec.constants");
}

ProgramSpec SpecReader::spec() const {
  ProgramSpec spec{};
  spec.slot_sizes = slot_sizes_.data();
  spec.slot_types = slot_types_.data();
  spec.slot_count = slot_sizes_.size();
  spec.inputs = inputs_.data();
  spec.input_count = inputs_.size();
  spec.outputs = outputs_.data();
  spec.output_count = outputs_.size();
  spec.constant_slots = constant_slots_.data();
  spec.constants = constants_.data();
  spec.constant_lengths = constant_lengths_.data();
  spec.constant_ids = constant_ids_.data();
  spec.constant_count = constants_.size();
  spec.code = code_.data();
  spec.code_length = code_.size();
  spec.scalars = scalars_.data();
  spec.scalar_count = scalars_.size();
  spec.threads = threads_;
  return spec;
}

}  // namespace convkit
