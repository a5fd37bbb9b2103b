#include "binding/async_run.h"

#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace convkit {
namespace {

// Lays arrays out in one block, each aligned, and with slack behind it.
class Layout {
 public:
  size_t add(size_t bytes) {
    const size_t offset = total_;
    const size_t size = (bytes + kSlack + kAlignment - 1) / kAlignment * kAlignment;
    if (size < bytes || size > std::numeric_limits<size_t>::max() - offset) throw std::bad_alloc();
    total_ = offset + size;
    return offset;
  }
  size_t total() const { return total_; }

 private:
  size_t total_ = 0;
};

}  // namespace

AsyncRun::AsyncRun(RunId id, std::shared_ptr<const Program> program, const RunBuffers& buffers,
                   std::shared_ptr<Completions> completions)
    : AsyncJob(id, std::move(completions)), program_(std::move(program)) {
  Layout layout;
  std::vector<size_t> offsets;
  for (const Program::Port& port : program_->inputs()) offsets.push_back(layout.add(bytesOf(port)));
  lent_ = buffers.lent_outputs;
  lent_.resize(program_->outputs().size());
  for (size_t i = 0; i < lent_.size(); ++i) {
    offsets.push_back(lent_[i] ? 0 : layout.add(bytesOf(program_->outputs()[i])));
  }
  memory_ = Scratch::acquire(layout.total());
  const size_t input_count = buffers.inputs.size();
  for (size_t i = 0; i < input_count; ++i) {
    char* const array = memory_.data<char>() + offsets[i];
    const size_t bytes = bytesOf(program_->inputs()[i]);
    if (bytes > 0) std::memcpy(array, buffers.inputs[i].data, bytes);
    inputs_.push_back(array);
  }
  for (size_t i = 0; i < lent_.size(); ++i) {
    outputs_.push_back(lent_[i] ? lent_[i]->data() : memory_.data<char>() + offsets[input_count + i]);
  }
}

void AsyncRun::work(const std::atomic<bool>& cancelled) {
  program_->run(inputs_.data(), outputs_.data(), &cancelled);
}

}  // namespace convkit
