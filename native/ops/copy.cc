#include "ops/copy.h"

#include <cstring>

#include "ops/rows.h"

namespace convkit {
namespace {

class CopyOp final : public Op {
 public:
  CopyOp(int64_t bytes, const Value& x, const Value& y) : bytes_(bytes), x_(x), y_(y) {}

  void run(const RunContext& context) const override {
    const char* x = reinterpret_cast<const char*>(context.f32(x_));
    char* y = reinterpret_cast<char*>(context.f32(y_));
    forEachRange(context, bytes_, 1, [&](int64_t first, int64_t end, int) {
      std::memcpy(y + first, x + first, static_cast<size_t>(end - first));
    });
  }

 private:
  const int64_t bytes_;
  const Value x_, y_;
};

}  // namespace

std::unique_ptr<Op> makeCopyOp(int64_t bytes, const Value& x, const Value& y) {
  return std::make_unique<CopyOp>(bytes, x, y);
}

}  // namespace convkit
