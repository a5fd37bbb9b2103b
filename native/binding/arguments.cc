#include "binding/arguments.h"

#include <cstdint>
#include <stdexcept>

namespace convkit {
namespace {

bool isTypedArray(napi_env env, napi_value value) {
  bool result = false;
  return napi_is_typedarray(env, value, &result) == napi_ok && result;
}

// False for a SharedArrayBuffer.
bool isArrayBuffer(napi_env env, napi_value value) {
  bool result = false;
  return napi_is_arraybuffer(env, value, &result) == napi_ok && result;
}

bool isTrue(napi_env env, napi_value object, const char* property) {
  napi_value value = nullptr;
  bool result = false;
  const napi_status status = napi_get_named_property(env, object, property, &value);
  if (status != napi_ok) throw Napi::Error::New(env);
  return napi_get_value_bool(env, value, &result) == napi_ok && result;
}

}  // namespace

ArrayView viewOf(napi_env env, napi_value value, const std::string& name) {
  if (!isTypedArray(env, value)) throw std::invalid_argument(name + " must be a typed array");
  ArrayView view{};
  napi_get_typedarray_info(env, value, &view.type, &view.length, &view.data, nullptr, nullptr);
  return view;
}

ArrayView viewOf(napi_env env, napi_value value, napi_typedarray_type type, const std::string& name) {
  const ArrayView view = viewOf(env, value, name);
  if (view.type != type) {
    throw std::invalid_argument(name + " must be a " + typeName(type) + ", but got a " + typeName(view.type));
  }
  return view;
}

const char* typeName(napi_typedarray_type type) {
  constexpr const char* kNames[] = {"Int8Array",    "Uint8Array",    "Uint8ClampedArray", "Int16Array",
                                    "Uint16Array",  "Int32Array",    "Uint32Array",       "Float32Array",
                                    "Float64Array", "BigInt64Array", "BigUint64Array"};
  const size_t index = static_cast<size_t>(type);
  return index < sizeof kNames / sizeof *kNames ? kNames[index] : "typed array";
}

std::vector<napi_value> elementsOf(Napi::Value value, const std::string& name) {
  if (!value.IsArray()) throw std::invalid_argument(name + " must be an array");
  const Napi::Array array = value.As<Napi::Array>();
  const uint32_t length = array.Length();
  std::vector<napi_value> elements;
  // Not reserved: a sparse array may claim to be far longer than anything that is worth reading.
  for (uint32_t i = 0; i < length; ++i) {
    const Napi::Value element = array.Get(i);
    if (!element.IsTypedArray())
      throw std::invalid_argument(indexed(name.c_str(), i) + " must be a typed array");
    elements.push_back(element);
  }
  return elements;
}

void refuseResizable(napi_env env, napi_value typed_array, const std::string& name) {
  napi_value buffer = nullptr;
  napi_get_typedarray_info(env, typed_array, nullptr, nullptr, nullptr, &buffer, nullptr);
  if (isTrue(env, buffer, isArrayBuffer(env, buffer) ? "resizable" : "growable")) {
    throw std::invalid_argument(name + " must not lie in a resizable buffer");
  }
}

std::string indexed(const char* name, size_t index) {
  return std::string(name) + '[' + std::to_string(index) + ']';
}

}  // namespace convkit
