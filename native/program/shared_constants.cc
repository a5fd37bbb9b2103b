#include "program/shared_constants.h"

#include <map>
#include <mutex>
#include <utility>

namespace convkit {
namespace {

class SharedConstants {
 public:
  // Never destroyed: programs may be freed at the very end of the process.
  static SharedConstants& instance() {
    static SharedConstants* const all = new SharedConstants;
    return *all;
  }

  using Key = std::pair<uint64_t, std::string>;

  std::shared_ptr<const AlignedBuffer> find(const Key& key) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = buffers_.find(key);
    return found == buffers_.end() ? nullptr : found->second.lock();
  }

  // The first to come is kept: two threads may have packed the same.
  std::shared_ptr<const AlignedBuffer> keep(const Key& key, AlignedBuffer buffer) {
    std::shared_ptr<const AlignedBuffer> mine(new AlignedBuffer(std::move(buffer)),
                                              [this, key](const AlignedBuffer* p) {
                                                forget(key);
                                                delete p;
                                              });
    // `mine` is declared before the lock, so that its deleter, which locks too, runs after it.
    const std::lock_guard<std::mutex> lock(mutex_);
    std::weak_ptr<const AlignedBuffer>& entry = buffers_[key];
    if (std::shared_ptr<const AlignedBuffer> theirs = entry.lock()) return theirs;
    entry = mine;
    return mine;
  }

 private:
  void forget(const Key& key) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = buffers_.find(key);
    if (found != buffers_.end() && found->second.expired()) buffers_.erase(found);
  }

  std::mutex mutex_;
  std::map<Key, std::weak_ptr<const AlignedBuffer>> buffers_;
};

}  // namespace

std::shared_ptr<const AlignedBuffer> sharedConstant(uint64_t id, const std::string& packing,
                                                    const std::function<AlignedBuffer()>& pack) {
  SharedConstants& all = SharedConstants::instance();
  const SharedConstants::Key key{id, packing};
  if (std::shared_ptr<const AlignedBuffer> found = all.find(key)) return found;
  return all.keep(key, pack());
}

}  // namespace convkit
