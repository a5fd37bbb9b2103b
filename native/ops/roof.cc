#include "ops/roof.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include "core/thread_pool.h"
#include "kernels/roof/roof.h"

namespace convkit {
namespace {

constexpr int kRepetitions = 7;
constexpr double kSeconds = 0.02;
// What a thread copies: more than a core's share of any cache that is common today.
constexpr size_t kCopyBytes = size_t{64} << 20;

template <class Work>
double secondsOf(int threads, Work&& work) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  parallelFor(threads, threads, nullptr, [&](int64_t part, int) { work(part); });
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The best of several, because nothing makes a machine faster than it is.
template <class Work>
double leastSeconds(int threads, Work&& work) {
  double least = secondsOf(threads, work);
  for (int i = 1; i < kRepetitions; ++i) least = std::min(least, secondsOf(threads, work));
  return least;
}

double gflopsOf(Isa isa, int threads) {
  const RoofKernels& kernels = roofKernels(isa);
  std::vector<float> sinks(static_cast<size_t>(threads) * 32);
  int64_t rounds = 1 << 12;
  auto work = [&](int64_t part) { kernels.multiply_add(rounds, &sinks[static_cast<size_t>(part) * 32]); };
  while (secondsOf(threads, work) < kSeconds) rounds *= 2;
  const double operations = static_cast<double>(rounds) * static_cast<double>(kernels.operations) * threads;
  return operations / leastSeconds(threads, work) / 1e9;
}

double gigabytesPerSecond(int threads) {
  std::vector<std::vector<char>> from, to;
  for (int i = 0; i < threads; ++i) {
    from.emplace_back(kCopyBytes, char{1});
    to.emplace_back(kCopyBytes, char{2});
  }
  auto work = [&](int64_t part) { std::memcpy(to[part].data(), from[part].data(), kCopyBytes); };
  return 2.0 * kCopyBytes * threads / leastSeconds(threads, work) / 1e9;
}

}  // namespace

Roof measureRoof(Isa isa, int threads) { return {gflopsOf(isa, threads), gigabytesPerSecond(threads)}; }

}  // namespace convkit
