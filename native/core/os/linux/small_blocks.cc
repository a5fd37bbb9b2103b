#include "core/os/linux/small_blocks.h"

#include <cstdint>
#include <mutex>

#include "core/os/fork.h"
#include "core/os/linux/mapping.h"

namespace convkit {
namespace {

constexpr size_t kSheetBytes = size_t{8} << 20;
constexpr size_t kHeaderBytes = 4096;
constexpr size_t kGranule = size_t{4} << 10;
constexpr size_t kClasses = kMostSmallBlock / kGranule + 1;

// One mapping, cut into blocks of one size; this stands at its beginning.
struct Sheet {
  Sheet *previous, *next;  // of its size, while it has a block to give
  void* returned;          // blocks that came back, each pointing to the next
  size_t used, untouched, capacity;
  bool full() const { return used == capacity; }
};

Sheet* sheetOf(void* block) {
  return reinterpret_cast<Sheet*>(reinterpret_cast<uintptr_t>(block) & ~uintptr_t{kSheetBytes - 1});
}

class SmallBlocks {
 public:
  // Never destroyed, like everything that threads may still use at exit.
  static SmallBlocks& instance() {
    static SmallBlocks* const blocks = new SmallBlocks;
    return *blocks;
  }

  void* take(size_t bytes) {
    const size_t kind = (bytes + kGranule - 1) / kGranule;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (sheets_[kind] == nullptr) insert(newSheet(kind), kind);
    Sheet* const sheet = sheets_[kind];
    void* const block = takeFrom(*sheet, kind * kGranule);
    if (sheet->full()) remove(sheet, kind);
    return block;
  }

  void giveBack(void* block, size_t bytes) {
    const size_t kind = (bytes + kGranule - 1) / kGranule;
    Sheet* const sheet = sheetOf(block);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (sheet->full()) insert(sheet, kind);
    *static_cast<void**>(block) = sheet->returned;
    sheet->returned = block;
    if (--sheet->used > 0) return;
    remove(sheet, kind);
    unmap(sheet, kSheetBytes);
  }

 private:
  // A child of a fork must not inherit the mutex from a thread that it does not have.
  SmallBlocks() {
    atFork([] { instance().mutex_.lock(); }, [] { instance().mutex_.unlock(); },
           [] { instance().mutex_.unlock(); });
  }

  static Sheet* newSheet(size_t kind) {
    auto* sheet = static_cast<Sheet*>(mapAligned(kSheetBytes, kSheetBytes));
    const size_t capacity = (kSheetBytes - kHeaderBytes) / (kind * kGranule);
    *sheet = {nullptr, nullptr, nullptr, 0, capacity, capacity};
    return sheet;
  }

  static void* takeFrom(Sheet& sheet, size_t size) {
    ++sheet.used;
    if (sheet.returned != nullptr) {
      void* const block = sheet.returned;
      sheet.returned = *static_cast<void**>(block);
      return block;
    }
    const size_t index = sheet.capacity - sheet.untouched--;
    return reinterpret_cast<char*>(&sheet) + kHeaderBytes + index * size;
  }

  void insert(Sheet* sheet, size_t kind) {
    sheet->previous = nullptr;
    sheet->next = sheets_[kind];
    if (sheet->next != nullptr) sheet->next->previous = sheet;
    sheets_[kind] = sheet;
  }

  void remove(Sheet* sheet, size_t kind) {
    (sheet->previous != nullptr ? sheet->previous->next : sheets_[kind]) = sheet->next;
    if (sheet->next != nullptr) sheet->next->previous = sheet->previous;
  }

  std::mutex mutex_;
  Sheet* sheets_[kClasses] = {};
};

}  // namespace

void* takeSmallBlock(size_t bytes) { return SmallBlocks::instance().take(bytes); }

void returnSmallBlock(void* block, size_t bytes) noexcept { SmallBlocks::instance().giveBack(block, bytes); }

}  // namespace convkit
