#pragma once

#include <napi.h>

#include <cstddef>
#include <string>
#include <vector>

namespace convkit {

// The memory behind a typed array. Valid until JavaScript runs again.
struct ArrayView {
  napi_typedarray_type type;
  void* data;
  size_t length;
};

// Throws std::invalid_argument where `value` is not a typed array. `name` is for messages.
ArrayView viewOf(napi_env env, napi_value value, const std::string& name);

// The same, of one type only.
ArrayView viewOf(napi_env env, napi_value value, napi_typedarray_type type, const std::string& name);

// "Float32Array" and so on.
const char* typeName(napi_typedarray_type type);

// The elements of a JavaScript array. Reading them may run JavaScript: look at no memory before.
std::vector<napi_value> elementsOf(Napi::Value value, const std::string& name);

// Throws std::invalid_argument for a typed array whose buffer can change its length. May run JavaScript.
void refuseResizable(napi_env env, napi_value typed_array, const std::string& name);

std::string indexed(const char* name, size_t index);

}  // namespace convkit
