#pragma once

#include <stdexcept>
#include <string>

#include "program/kinds.h"
#include "program/program.h"

namespace convkit {

// Says that a program as it was given cannot be.
[[noreturn]] inline void failProgram(const std::string& what) {
  throw std::invalid_argument("createProgram: " + what);
}

// Reads the code and scalar arrays in order, never beyond their ends.
class CodeReader {
 public:
  explicit CodeReader(const ProgramSpec& spec) : spec_(spec) {}

  bool done() const { return code_ == spec_.code_length; }
  bool allScalarsRead() const { return scalar_ == spec_.scalar_count; }

  int32_t integer() {
    if (code_ >= spec_.code_length) failProgram("the code ends in the middle of a step");
    return spec_.code[code_++];
  }
  double scalar() {
    if (scalar_ >= spec_.scalar_count) failProgram("too few scalars");
    return spec_.scalars[scalar_++];
  }
  int32_t below(int32_t limit, const char* what) {
    const int32_t value = integer();
    if (value < 0 || value >= limit)
      failProgram(std::string(what) + " " + std::to_string(value) + " is unknown");
    return value;
  }
  void expect(int32_t count, const char* what) {
    const int32_t value = integer();
    if (value != count) {
      failProgram(std::string(what) + " count is " + std::to_string(value) + ", expected " +
                  std::to_string(count));
    }
  }
  template <class Enumeration>
  Enumeration word(const char* what) {
    return static_cast<Enumeration>(below(static_cast<int32_t>(Enumeration::kCount), what));
  }
  Axes axes() {
    Axes axes;
    for (int32_t& value : axes.at) value = integer();
    return axes;
  }
  Extent3 extent() {
    Extent3 e;
    e.d = integer();
    e.h = integer();
    e.w = integer();
    return e;
  }

 private:
  const ProgramSpec& spec_;
  size_t code_ = 0;
  size_t scalar_ = 0;
};

}  // namespace convkit
