#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/os/linux/cgroup_memory.h"
#include "core/os/linux/cgroup_quota.h"
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

}  // namespace

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

TEST_MAIN()
