#include "core/memory.h"

#include <cstring>
#include <new>
#include <utility>

#include "core/block.h"
#include "core/scratch_cache.h"

namespace convkit {

AlignedBuffer::AlignedBuffer(size_t bytes) : data_(allocateBlock(bytes)), size_(bytes) {}

AlignedBuffer::~AlignedBuffer() { freeBlock(data_, size_); }

AlignedBuffer::AlignedBuffer(AlignedBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

AlignedBuffer& AlignedBuffer::operator=(AlignedBuffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void AlignedBuffer::zero() {
  if (data_ != nullptr) std::memset(data_, 0, size_ + kSlack);
}

Scratch::Scratch(ScratchCache& cache, size_t bytes) : cache_(&cache) {
  const Block block = cache.take(bytes);
  data_ = block.data;
  size_ = block.size;
}

Scratch Scratch::acquire(size_t bytes) { return Scratch(ScratchCache::forRuns(), bytes); }

Scratch Scratch::acquireResult(size_t bytes) { return Scratch(ScratchCache::forResults(), bytes); }

Scratch::~Scratch() { release(); }

Scratch::Scratch(Scratch&& other) noexcept
    : cache_(other.cache_),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

Scratch& Scratch::operator=(Scratch&& other) noexcept {
  std::swap(cache_, other.cache_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void Scratch::release() noexcept {
  if (data_ != nullptr) cache_->giveBack({data_, size_});
}

}  // namespace convkit
