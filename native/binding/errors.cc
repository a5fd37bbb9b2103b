#include "binding/errors.h"

#include <new>

#include "program/program.h"

namespace convkit {

napi_value makeError(napi_env env, const char* code, const std::string& message) {
  napi_value code_value = nullptr, message_value = nullptr, error = nullptr;
  napi_create_string_utf8(env, code, NAPI_AUTO_LENGTH, &code_value);
  napi_create_string_utf8(env, message.data(), message.size(), &message_value);
  napi_create_error(env, code_value, message_value, &error);
  return error;
}

ErrorReport describeCurrentException() noexcept {
  try {
    throw;
  } catch (const Cancelled& error) {
    return {kCancelledCode, error.what()};
  } catch (const std::bad_alloc&) {
    return {kNativeCode, "out of memory"};
  } catch (const std::exception& error) {
    return {kNativeCode, error.what()};
  } catch (...) {
    return {kNativeCode, "unknown failure"};
  }
}

}  // namespace convkit
