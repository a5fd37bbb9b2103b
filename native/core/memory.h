#pragma once

#include <cstddef>
#include <cstdint>

namespace convkit {

constexpr size_t kAlignment = 64;

// Readable bytes behind the end of every block, so that a kernel may load whole vectors there.
constexpr size_t kSlack = 64;

// Owns an uninitialised, 64-byte-aligned block with kSlack readable bytes behind it. Throws std::bad_alloc.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(size_t bytes);
  ~AlignedBuffer();
  AlignedBuffer(AlignedBuffer&& other) noexcept;
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept;
  AlignedBuffer(const AlignedBuffer&) = delete;
  AlignedBuffer& operator=(const AlignedBuffer&) = delete;

  // Without the slack.
  size_t size() const { return size_; }

  template <class T = void>
  T* data() {
    return static_cast<T*>(data_);
  }
  template <class T = void>
  const T* data() const {
    return static_cast<const T*>(data_);
  }

  // Clears the block and its slack.
  void zero();

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

class ScratchCache;

// A block of memory borrowed from a process-wide cache, with the alignment and slack of an AlignedBuffer.
// Returned when destroyed, on any thread. What it contains is left over from earlier use.
class Scratch {
 public:
  // Working memory for a run. Throws std::bad_alloc.
  static Scratch acquire(size_t bytes);

  // Memory for a result. Throws std::bad_alloc.
  static Scratch acquireResult(size_t bytes);

  Scratch() = default;
  ~Scratch();
  Scratch(Scratch&& other) noexcept;
  Scratch& operator=(Scratch&& other) noexcept;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // At least what was asked for, without the slack.
  size_t size() const { return size_; }

  template <class T = void>
  T* data() {
    return static_cast<T*>(data_);
  }

 private:
  Scratch(ScratchCache& cache, size_t bytes);
  void release() noexcept;
  ScratchCache* cache_ = nullptr;
  void* data_ = nullptr;
  size_t size_ = 0;
};

// Blocks that AlignedBuffer and Scratch took from the system so far: a prepared run must not add to it.
uint64_t allocationCount();

}  // namespace convkit
