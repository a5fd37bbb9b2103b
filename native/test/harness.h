#pragma once

// A minimal test harness: named cases, checks that report and go on, an exit code, and a last line
// "N passed, N failed". One executable a file:
//
//   TEST(addsNumbers) { CHECK_EQUAL(1 + 1, 2); }
//   TEST_MAIN()

#include <cstdio>
#include <cstring>
#include <exception>
#include <sstream>
#include <string>
#include <vector>

namespace convkit::test {

struct Case {
  const char* name;
  void (*function)();
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

// Failed checks of the case that runs. Checks belong on the main thread.
inline int& failures() {
  static int count = 0;
  return count;
}

inline bool registerCase(const char* name, void (*function)()) {
  cases().push_back({name, function});
  return true;
}

inline void fail(const char* file, int line, const std::string& what) {
  ++failures();
  // A broken kernel fails millions of checks; the first few tell all.
  if (failures() <= 10) std::printf("  %s:%d: %s\n", file, line, what.c_str());
}

template <class A, class B>
void checkEqual(const A& actual, const B& expected, const char* text, const char* file, int line) {
  if (actual == expected) return;
  std::ostringstream message;
  message << text << " is " << actual << ", expected " << expected;
  fail(file, line, message.str());
}

inline bool runCase(const Case& test) {
  failures() = 0;
  try {
    test.function();
  } catch (const std::exception& error) {
    fail(test.name, 0, std::string("unexpected exception: ") + error.what());
  }
  std::printf("%s %s\n", failures() == 0 ? "ok  " : "FAIL", test.name);
  std::fflush(stdout);
  return failures() == 0;
}

// Runs the cases whose name contains the first argument, or all.
inline int runAll(int argc, char** argv) {
  int passed = 0, failed = 0;
  for (const Case& test : cases()) {
    if (argc > 1 && std::strstr(test.name, argv[1]) == nullptr) continue;
    ++(runCase(test) ? passed : failed);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace convkit::test

#define TEST(name)                                                                        \
  static void test_##name();                                                              \
  static const bool registered_##name = convkit::test::registerCase(#name, &test_##name); \
  static void test_##name()

#define CHECK(condition)                                                          \
  do {                                                                            \
    if (!(condition)) convkit::test::fail(__FILE__, __LINE__, "not " #condition); \
  } while (false)

#define CHECK_EQUAL(actual, expected) \
  convkit::test::checkEqual((actual), (expected), #actual, __FILE__, __LINE__)

#define CHECK_THROWS(expression, Exception)                                                     \
  do {                                                                                          \
    bool thrown = false;                                                                        \
    try {                                                                                       \
      static_cast<void>(expression);                                                            \
    } catch (const Exception&) {                                                                \
      thrown = true;                                                                            \
    }                                                                                           \
    if (!thrown) convkit::test::fail(__FILE__, __LINE__, #expression " throws no " #Exception); \
  } while (false)

#define TEST_MAIN() \
  int main(int argc, char** argv) { return convkit::test::runAll(argc, argv); }
