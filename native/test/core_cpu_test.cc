#include <cstdlib>
#include <string>

#include "core/cpu.h"
#include "core/denormals.h"
#include "core/os/limits.h"
#include "core/os/processors.h"
#include "test/harness.h"

using namespace convkit;

namespace {

// An empty value takes the variable away.
void setVariable(const char* name, const std::string& value) {
#if defined(_WIN32)
  _putenv_s(name, value.c_str());
#else
  if (value.empty()) {
    unsetenv(name);
  } else {
    setenv(name, value.c_str(), 1);
  }
#endif
}

float halved(float value) {
  volatile float stored = value;
  return stored * 0.5f;
}

}  // namespace

TEST(activeIsaIsCappedByTheDetectedOne) {
  const Isa detected = detectedIsa();
#if defined(CONVKIT_BASELINE_ONLY)
  CHECK_EQUAL(std::string(isaName(detected)), "baseline");
#elif defined(__x86_64__)
  CHECK(detected != Isa::kNeon);
  CHECK_EQUAL(detected >= Isa::kAvx2, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
  CHECK_EQUAL(detected >= Isa::kAvx512,
              __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd"));
#else
  CHECK_EQUAL(std::string(isaName(detected)), "neon");
#endif
  CHECK(activeIsa() <= detected);
}

TEST(isaNames) {
  CHECK_EQUAL(std::string(isaName(Isa::kBaseline)), "baseline");
  CHECK_EQUAL(std::string(isaName(Isa::kAvx2)), "avx2");
  CHECK_EQUAL(std::string(isaName(Isa::kAvx512)), "avx512");
  CHECK_EQUAL(std::string(isaName(Isa::kAmx)), "amx");
  CHECK_EQUAL(std::string(isaName(Isa::kNeon)), "neon");
}

TEST(cacheSizesAreOrderedAndPlausible) {
  const CacheSizes& sizes = cacheSizes();
  CHECK(sizes.l1 >= 16 * 1024);
  CHECK(sizes.l1 <= sizes.l2);
  CHECK(sizes.l2 <= sizes.l3);
}

TEST(defaultThreadsListensToTheEnvironment) {
  setVariable("CONVKIT_THREADS", "7");
  CHECK_EQUAL(defaultThreads(), 7);
  setVariable("CONVKIT_THREADS", "nonsense");
  const int fallback = defaultThreads();
  setVariable("CONVKIT_THREADS", "-3");
  CHECK_EQUAL(defaultThreads(), fallback);
  setVariable("CONVKIT_THREADS", "");
  CHECK_EQUAL(defaultThreads(), fallback);
  CHECK(fallback >= 1);
  CHECK(fallback <= allowedProcessors());
}

TEST(limitsAreNoneOrPlausible) {
  CHECK(processorQuota() >= 0);
  CHECK(memoryLimit() >= size_t{1} << 20);
}

TEST(denormalsAreFlushedAndTheModeIsRestored) {
  const float smallest_normal = 1.17549435e-38f;
  CHECK(halved(smallest_normal) != 0.0f);
  {
    const FlushDenormals flush;
    CHECK_EQUAL(halved(smallest_normal), 0.0f);
  }
  CHECK(halved(smallest_normal) != 0.0f);
}

TEST_MAIN()
