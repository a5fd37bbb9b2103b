#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/cgroup_memory.h"
#include "core/cgroup_quota.h"
#include "core/cpu.h"
#include "core/denormals.h"
#include "test/harness.h"

using namespace convkit;

namespace {

// A tree of files that looks like a container's /proc and /sys.
class FakeRoot {
 public:
  FakeRoot() {
    char name[] = "/tmp/convkit-root-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~FakeRoot() {
    const std::string command = "rm -r '" + path_ + "'";
    if (std::system(command.c_str()) != 0) std::perror("rm");
  }
  void write(const std::string& file, const std::string& text) const {
    for (size_t at = file.find('/', 1); at != std::string::npos; at = file.find('/', at + 1)) {
      mkdir((path_ + file.substr(0, at)).c_str(), 0700);
    }
    std::FILE* stream = std::fopen((path_ + file).c_str(), "w");
    std::fputs(text.c_str(), stream);
    std::fclose(stream);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

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
  setenv("CONVKIT_THREADS", "7", 1);
  CHECK_EQUAL(defaultThreads(), 7);
  setenv("CONVKIT_THREADS", "nonsense", 1);
  const int fallback = defaultThreads();
  setenv("CONVKIT_THREADS", "-3", 1);
  CHECK_EQUAL(defaultThreads(), fallback);
  unsetenv("CONVKIT_THREADS");
  CHECK_EQUAL(defaultThreads(), fallback);
  CHECK(fallback >= 1);
  CHECK(fallback <= sysconf(_SC_NPROCESSORS_ONLN));
}

TEST(quotaOfVersion2IsRoundedUp) {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/kube/pod\n");
  root.write("/sys/fs/cgroup/kube/pod/cpu.max", "250000 100000\n");
  CHECK_EQUAL(cgroupQuota(root.path()), 3);
}

TEST(quotaOfAnAncestorCounts) {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/kube/pod/inner\n");
  root.write("/sys/fs/cgroup/kube/pod/inner/cpu.max", "max 100000\n");
  root.write("/sys/fs/cgroup/kube/cpu.max", "50000 100000\n");
  CHECK_EQUAL(cgroupQuota(root.path()), 1);
}

TEST(quotaBehindAContainersOwnMount) {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/../elsewhere\n");
  root.write("/sys/fs/cgroup/cpu.max", "400000 100000\n");
  CHECK_EQUAL(cgroupQuota(root.path()), 4);
}

TEST(quotaOfVersion1) {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "5:cpuset:/a\n4:cpu,cpuacct:/docker/x\n");
  root.write("/sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "150000\n");
  root.write("/sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n");
  CHECK_EQUAL(cgroupQuota(root.path()), 2);
}

TEST(noQuota) {
  const FakeRoot root;
  CHECK_EQUAL(cgroupQuota(root.path()), 0);
  root.write("/proc/self/cgroup", "0::/\n4:cpu:/x\nnonsense\n");
  root.write("/sys/fs/cgroup/cpu.max", "max 100000\n");
  root.write("/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "-1\n");
  root.write("/sys/fs/cgroup/cpu/x/cpu.cfs_period_us", "100000\n");
  CHECK_EQUAL(cgroupQuota(root.path()), 0);
}

TEST(memoryOfVersion2) {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/kube/pod\n");
  root.write("/sys/fs/cgroup/kube/pod/memory.max", "536870912\n");
  CHECK_EQUAL(cgroupMemory(root.path()), size_t{536870912});
  root.write("/sys/fs/cgroup/kube/pod/memory.high", "268435456\n");
  CHECK_EQUAL(cgroupMemory(root.path()), size_t{268435456});
}

TEST(memoryOfAnAncestorCounts) {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/kube/pod/inner\n");
  root.write("/sys/fs/cgroup/kube/pod/inner/memory.max", "max\n");
  root.write("/sys/fs/cgroup/kube/memory.max", "1048576\n");
  CHECK_EQUAL(cgroupMemory(root.path()), size_t{1048576});
}

TEST(memoryBehindAContainersOwnMount) {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/../elsewhere\n");
  root.write("/sys/fs/cgroup/memory.max", "7340032\n");
  CHECK_EQUAL(cgroupMemory(root.path()), size_t{7340032});
}

TEST(memoryOfVersion1) {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "5:cpu:/a\n4:memory:/docker/x\n");
  root.write("/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "9223372036854771712\n");
  root.write("/sys/fs/cgroup/memory/docker/memory.limit_in_bytes", "104857600\n");
  CHECK_EQUAL(cgroupMemory(root.path()), size_t{104857600});
}

TEST(noLimitOfMemory) {
  constexpr size_t kNone = ~size_t{0};
  const FakeRoot root;
  CHECK_EQUAL(cgroupMemory(root.path()), kNone);
  root.write("/proc/self/cgroup", "0::/\n4:memory:/x\nnonsense\n");
  root.write("/sys/fs/cgroup/memory.max", "max\n");
  root.write("/sys/fs/cgroup/memory.high", "nonsense\n");
  root.write("/sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712\n");
  CHECK_EQUAL(cgroupMemory(root.path()), kNone);
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
