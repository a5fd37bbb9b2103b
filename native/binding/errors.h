#pragma once

#include <napi.h>

#include <string>

namespace convkit {

constexpr char kNativeCode[] = "ERR_NATIVE";
constexpr char kCancelledCode[] = "ERR_CANCELLED";

// An Error object with a code. It calls no JavaScript, so that it works in an environment that is
// terminating.
napi_value makeError(napi_env env, const char* code, const std::string& message);

// What the exception that is being handled means to JavaScript.
struct ErrorReport {
  const char* code;
  std::string message;
};
ErrorReport describeCurrentException() noexcept;

// A binding function that throws nothing but errors with a code.
template <Napi::Value (*kFunction)(const Napi::CallbackInfo&)>
Napi::Value guarded(const Napi::CallbackInfo& info) {
  try {
    return kFunction(info);
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    const ErrorReport report = describeCurrentException();
    throw Napi::Error(info.Env(), makeError(info.Env(), report.code, report.message));
  }
}

}  // namespace convkit
