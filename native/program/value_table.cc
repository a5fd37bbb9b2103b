#include "program/value_table.h"

#include <algorithm>
#include <cstring>

#include "kernels/product/product.h"
#include "ops/copy.h"
#include "ops/reorder.h"
#include "ops/streaming.h"
#include "program/arena.h"
#include "program/shared_constants.h"

namespace convkit {
namespace {

// A network's weights beyond this come from memory in each run, whatever the processor says of its last
// cache, which other cores use too.
constexpr int64_t kMostWarmBytes = int64_t{16} << 20;

bool sameDims(const Dims& a, const Dims& b) {
  return a.n == b.n && a.c == b.c && a.space.d == b.space.d && a.space.h == b.space.h &&
         a.space.w == b.space.w;
}

Value viewedAs(const Value& value, const Dims& dims) { return {value.id, plainLayout(dims)}; }

Layout wordsLayout(const Slot& slot) {
  return plainLayout({1, static_cast<int32_t>(slot.words()), {1, 1, 1}});
}

void checkSize(const Layout& layout) {
  if (layout.roughSize() > double(int64_t{1} << 40)) throw std::bad_alloc();
}

}  // namespace

ValueTable::ValueTable(const DecodedProgram& program, Isa isa)
    : program_(program),
      isa_(isa),
      lanes_(productKernels(isa).lanes),
      slots_(program.slots.size()),
      slices_(program.slots.size()) {
  int64_t weights = 0;
  for (size_t slot = 0; slot < slots_.size(); ++slot) {
    if (program.constants[slot]) weights += program.slots[slot].size;
  }
  cold_weights_ = weights * static_cast<int64_t>(sizeof(float)) > kMostWarmBytes;
  for (size_t slot = 0; slot < slots_.size(); ++slot) slots_[slot].source = static_cast<int32_t>(slot);
  for (size_t port = 0; port < program.inputs.size(); ++port) {
    const int32_t slot = program.inputs[port];
    slots_[slot].plain = newValue(wordsLayout(program.slots[slot]), Storage::kInput, port);
  }
}

void ValueTable::requestHalo(int32_t slot, const Halo& halo) {
  slots_[slot].wanted = larger(slots_[slot].wanted, halo);
  slots_[slot].wanted_blocked = true;
}

Value ValueTable::newValue(const Layout& layout, Storage storage, size_t index) {
  checkSize(layout);
  const int32_t id = static_cast<int32_t>(infos_.size());
  infos_.push_back({static_cast<size_t>(layout.size()) * sizeof(float), storage, index, id});
  return {id, layout};
}

const Step* ValueTable::soleReader(int32_t slot) const {
  const auto& outputs = program_.outputs;
  if (std::find(outputs.begin(), outputs.end(), slot) != outputs.end()) return nullptr;
  const Step* reader = nullptr;
  for (const Step& step : program_.steps) {
    const int64_t times = std::count(step.operands.begin(), step.operands.end(), slot);
    if (times > 1 || (times == 1 && reader != nullptr)) return nullptr;
    if (times == 1) reader = &step;
  }
  return reader;
}

Value ValueTable::temporary(const Layout& layout) { return newValue(layout, Storage::kArena, 0); }

Value ValueTable::constant(int32_t slot, const Packing& packing) {
  auto pack = [&] {
    AlignedBuffer buffer(static_cast<size_t>(packing.size) * sizeof(float));
    const float* source = program_.constants[slot];
    float* target = buffer.data<float>();
    parallelFor(packing.pieces, ThreadPool::instance().threads(), nullptr,
                [&](int64_t piece, int) { packing.pack(source, target, piece); });
    return buffer;
  };
  const uint64_t id = program_.constant_ids[slot];
  const size_t number = plan_.constants.size();
  plan_.constants.push_back(id == 0 || packing.name.empty() ? std::make_shared<const AlignedBuffer>(pack())
                                                            : sharedConstant(id, packing.name, pack));
  const Dims dims{1, static_cast<int32_t>(std::min<int64_t>(packing.size, INT32_MAX)), {1, 1, 1}};
  return newValue(plainLayout(dims), Storage::kConstant, number);
}

Value ValueTable::packed(int32_t slot, const Packing& packing) {
  if (slot == kNoSlot) return {};
  if (program_.constants[slot]) return constant(slot, packing);
  const int64_t size = program_.slots[slot].size;
  const Value source = plain(slot, {1, static_cast<int32_t>(size), {1, 1, 1}});
  // As wide as it must be, as [n] so that the product may exceed 2^31.
  const int64_t rows = (packing.size + 1023) / 1024;
  const Value target = temporary(plainLayout({static_cast<int32_t>(rows), 1024, {1, 1, 1}}));
  emit(std::make_unique<PackOp>(packing, source, target), {source}, {target});
  return target;
}

Value ValueTable::plain(int32_t slot, const Dims& dims) {
  SlotState& state = stateOf(slot);
  if (!state.plain.present()) {
    if (program_.constants[state.source]) {
      const int64_t size = program_.slots[slot].size;
      state.plain = constant(state.source, vectorPacking(size, size, size));
    } else {
      const Value from = state.blocked.front();
      const Value to = temporary(plainLayout(from.layout.dims));
      reorder(from, to);
      state.plain = to;
    }
  }
  return viewedAs(state.plain, dims);
}

Value ValueTable::pixels(int32_t slot) { return plain(slot, wordsLayout(program_.slots[slot]).dims); }

Value ValueTable::newPixels(int32_t slot) { return newPlain(slot, wordsLayout(program_.slots[slot]).dims); }

Value ValueTable::plainOrAbsent(int32_t slot, const Dims& dims) {
  return slot == kNoSlot ? Value{} : plain(slot, dims);
}

Value ValueTable::blocked(int32_t slot, const Dims& dims, const Halo& halo) {
  for (const Value& value : stateOf(slot).blocked) {
    if (sameDims(value.layout.dims, dims) && covers(value.layout.halo, halo)) return value;
  }
  const Value from = plain(slot, dims);
  const Value to = withHalo(blockedLayout(dims, lanes_, larger(slots_[slot].wanted, halo)));
  reorder(from, to);
  stateOf(slot).blocked.push_back(to);
  return to;
}

Value ValueTable::blockedOrAbsent(int32_t slot, const Dims& dims) {
  return slot == kNoSlot ? Value{} : blocked(slot, dims);
}

Value ValueTable::channelsLast(int32_t slot, const Dims& dims, const Halo& halo) {
  const Value from = plain(slot, dims);
  if (dims.c == 1 && halo.empty()) return from;
  const Value to = withHalo(blockedLayout(dims, dims.c, halo));
  reorder(from, to);
  return to;
}

bool ValueTable::isBlocked(int32_t slot, Dims* dims) const {
  if (comesPlain(slot)) return false;
  *dims = stateOf(slot).blocked.front().layout.dims;
  return true;
}

void ValueTable::reorder(const Value& from, const Value& to) {
  const bool streams = to.layout.plain() && streamsPastCaches(to.layout, lanes_);
  emit((streams ? makeStreamedReorderOp : makeReorderOp)(from, to, isa_), {from}, {to});
}

Value ValueTable::newPlain(int32_t slot, const Dims& dims) {
  if (slot == kNoSlot) return {};
  const Value value = temporary(plainLayout(dims));
  slots_[slot].plain = value;
  return value;
}

Value ValueTable::newBlocked(int32_t slot, const Dims& dims) {
  Value value = sharedPlace(slot, dims);
  if (!value.present()) value = withHalo(blockedLayout(dims, lanes_, slots_[slot].wanted));
  slots_[slot].blocked.push_back(value);
  return value;
}

Value ValueTable::withHalo(const Layout& layout) {
  const Value value = temporary(layout);
  if (!layout.halo.empty()) emit(makeZeroHaloOp(value), {}, {value});
  return value;
}

// Who comes first says how the pixels of all are arranged.
Value ValueTable::sharedPlace(int32_t slot, const Dims& dims) {
  const Slice& place = slices_[slot];
  if (place.whole == kNoSlot || dims.n != place.images || dims.space.volume() != place.pixels) return {};
  SlotState& state = slots_[place.whole];
  if (!state.whole.present()) {
    const int64_t channels = sizeOf(place.whole) / place.images / place.pixels;
    const Dims whole{dims.n, static_cast<int32_t>(channels), dims.space};
    state.whole = withHalo(blockedLayout(whole, lanes_, state.wanted));
  }
  const Dims& whole = state.whole.layout.dims;
  if (!sameDims(whole, {dims.n, whole.c, dims.space})) return {};
  return slice(state.whole, place.channel, dims.c);
}

Value ValueTable::slice(const Value& whole, int32_t channel, int32_t channels) {
  Value part{static_cast<int32_t>(infos_.size()), whole.layout};
  Layout& layout = part.layout;
  layout.dims.c = channels;
  // A single image is a tensor like any other.
  layout.image_blocks =
      layout.dims.n == 1 ? 0 : static_cast<int32_t>(whole.layout.imageStride() / layout.blockStride());
  Info info = infos_[whole.id];
  const int64_t floats = channel / layout.block * layout.blockStride();
  info.offset += static_cast<size_t>(floats) * sizeof(float);
  infos_.push_back(info);
  return part;
}

bool ValueTable::liesIn(int32_t slot, const Value& whole, int32_t channel) const {
  const Layout& layout = whole.layout;
  if (channel % layout.block != 0) return false;
  const Info& outer = infos_[whole.id];
  const size_t offset =
      outer.offset + static_cast<size_t>(channel / layout.block * layout.blockStride()) * sizeof(float);
  const std::vector<Value>& values = stateOf(slot).blocked;
  return std::any_of(values.begin(), values.end(), [&](const Value& value) {
    return infos_[value.id].owner == outer.owner && infos_[value.id].offset == offset;
  });
}

void ValueTable::emit(std::unique_ptr<Op> op, const std::vector<Value>& reads,
                      const std::vector<Value>& writes) {
  const int32_t now = static_cast<int32_t>(plan_.ops.size());
  auto touch = [&](const Value& value) {
    if (!value.present()) return;
    Info& owner = infos_[infos_[value.id].owner];
    owner.first = std::min(owner.first, now);
    owner.last = std::max(owner.last, now);
  };
  for (const Value& value : reads) touch(value);
  for (const Value& value : writes) touch(value);
  if (op->canFail()) last_that_can_fail_ = now;
  plan_.thread_scratch_bytes = std::max(plan_.thread_scratch_bytes, op->threadScratchBytes());
  plan_.ops.push_back(std::move(op));
  plan_.steps.push_back(step_);
}

// The output's plain value is computed right in the caller's memory. It is copied there where that value is
// an input, a constant or another output too, and where a later op may fail, for a failed run writes nothing.
void ValueTable::bindOutput(size_t port) {
  const int32_t slot = program_.outputs[port];
  const Slot& facts = program_.slots[slot];
  const Value value = pixels(slot);
  Info& info = infos_[value.id];
  if (info.storage == Storage::kArena && info.first >= last_that_can_fail_) {
    info.storage = Storage::kOutput;
    info.index = port;
    return;
  }
  const Value copy = newValue(value.layout, Storage::kOutput, port);
  const bool whole_words = bytesPerValue(facts.type) == 4;
  emit(whole_words ? makeReorderOp(value, copy, isa_)
                   : makeCopyOp(facts.size * bytesPerValue(facts.type), value, copy),
       {value}, {copy});
}

Plan ValueTable::finish(std::vector<StepDescription> descriptions) {
  for (size_t port = 0; port < program_.outputs.size(); ++port) bindOutput(port);
  std::vector<Lifetime> lifetimes;
  std::vector<size_t> owners;
  for (size_t id = 0; id < infos_.size(); ++id) {
    const bool owns = infos_[id].owner == static_cast<int32_t>(id);
    if (infos_[id].storage != Storage::kArena || infos_[id].last < 0 || !owns) continue;
    lifetimes.push_back({infos_[id].bytes, infos_[id].first, infos_[id].last, 0});
    owners.push_back(id);
  }
  plan_.arena_bytes = planArena(lifetimes);
  for (size_t i = 0; i < owners.size(); ++i) infos_[owners[i]].index = lifetimes[i].offset;
  for (const Info& info : infos_) {
    const Info& owner = infos_[info.owner];
    plan_.places.push_back({owner.storage, owner.index + info.offset});
  }
  plan_.descriptions = std::move(descriptions);
  return std::move(plan_);
}

}  // namespace convkit
