#pragma once

#include <map>
#include <memory>
#include <vector>

#include "ops/packing.h"
#include "program/decode.h"
#include "program/plan.h"
#include "program/slices.h"

namespace convkit {

// The planner's book of values: which layouts each slot exists in, where each value lives and for
// how long. It inserts a reorder whenever a step wants a layout that its operand does not have yet.
class ValueTable {
 public:
  ValueTable(const DecodedProgram& program, Isa isa);

  int32_t lanes() const { return lanes_; }
  // Values in a slot; 0 for an absent one.
  int64_t sizeOf(int32_t slot) const { return slot == kNoSlot ? 0 : program_.slots[slot].size; }
  SlotType typeOf(int32_t slot) const { return program_.slots[slot].type; }
  // The operand or result of a step on pixels, of whatever type: as many words as hold them.
  Value pixels(int32_t slot);
  Value newPixels(int32_t slot);

  // Announces, before any step is planned, that a step will read `slot` in the ISA's blocks with at
  // least this halo, so that its producer can leave the room.
  void requestHalo(int32_t slot, const Halo& halo);
  // The same for a step that likes blocks but needs no halo.
  void requestBlocked(int32_t slot) { requestHalo(slot, {}); }
  // The same for a step that works in blocks as well as on planes: it likes `operand` in blocks if someone
  // likes its `result` so. Who asks for the result has to be asked first.
  void passRequest(int32_t result, int32_t operand) {
    if (operand != kNoSlot && slots_[result].wanted_blocked) requestBlocked(operand);
  }
  // Two slots that will share memory share what is asked of them.
  void passHalo(int32_t result, int32_t operand) {
    if (slots_[result].wanted_blocked) requestHalo(operand, slots_[result].wanted);
  }

  const Halo& wantedHalo(int32_t slot) const { return slots_[slot].wanted; }
  // Announces, after that, which slots are to lie among the channels of others.
  void shareMemory(std::vector<Slice> slices) { slices_ = std::move(slices); }

  // Operands.
  Value plain(int32_t slot, const Dims& dims);
  Value blocked(int32_t slot, const Dims& dims, const Halo& halo = {});
  Value channelsLast(int32_t slot, const Dims& dims, const Halo& halo);
  Value packed(int32_t slot, const Packing& packing);
  // Absent slots give absent values.
  Value plainOrAbsent(int32_t slot, const Dims& dims);
  Value blockedOrAbsent(int32_t slot, const Dims& dims);
  // Whether `slot` already lies in the ISA's blocks, and its dims if so.
  bool isBlocked(int32_t slot, Dims* dims) const;
  // Whether reading `slot` as plain values takes no reorder.
  bool isPlain(int32_t slot) const { return stateOf(slot).plain.present() || isConstant(slot); }
  // Whether the program's weights are too many for the caches to keep from one run to the next.
  bool hasColdWeights() const { return cold_weights_; }
  bool isConstant(int32_t slot) const { return constantValues(slot) != nullptr; }
  // Null where the slot is absent or computed.
  const float* constantValues(int32_t slot) const {
    return slot == kNoSlot ? nullptr : program_.constants[slot];
  }
  // Whether a step that reads `x` and writes `y` would have to be given blocks, and its result brought
  // back from them, though nobody else wants either: then a kernel that works on plain values saves
  // two reorders.
  bool plainThroughout(int32_t x, int32_t y) const { return comesPlain(x) && goesPlain(y); }
  bool comesPlain(int32_t slot) const { return stateOf(slot).blocked.empty(); }
  // Nobody who reads `slot` has asked for blocks.
  bool goesPlain(int32_t slot) const { return !slots_[slot].wanted_blocked; }

  // Results.
  Value newPlain(int32_t slot, const Dims& dims);
  Value newBlocked(int32_t slot, const Dims& dims);
  // Some channels of `whole`, from the first of a block on.
  Value slice(const Value& whole, int32_t channel, int32_t channels);
  // Whether `slot` lies in the channels of `whole` from `channel` on.
  bool liesIn(int32_t slot, const Value& whole, int32_t channel) const;
  // `copy` has the values of `slot` in blocks.
  void addBlocked(int32_t slot, const Value& copy) { stateOf(slot).blocked.push_back(copy); }
  // `slot` is `source` under another name, in whatever layouts that exists.
  void alias(int32_t slot, int32_t source) { slots_[slot].source = slots_[source].source; }

  // A product of `x` and one value a channel, which is left to the convolution that alone reads it.
  struct LeftScale {
    int32_t x;
    Value scale;
  };
  void leaveScale(int32_t slot, const LeftScale& left) { left_scales_[slot] = left; }
  // Null where the slot's values are there.
  const LeftScale* leftScale(int32_t slot) const {
    const auto left = left_scales_.find(slot);
    return left == left_scales_.end() ? nullptr : &left->second;
  }
  // The one step that reads `slot`; null where it is an output, or others read it too.
  const Step* soleReader(int32_t slot) const;

  // Ops that are emitted from now on work for this step of the program.
  void beginStep(int32_t step) { step_ = step; }

  // A value that belongs to no slot.
  Value temporary(const Layout& layout);

  // Appends an op; values in `reads` and `writes` may be absent.
  void emit(std::unique_ptr<Op> op, const std::vector<Value>& reads, const std::vector<Value>& writes);

  // Binds the program's outputs and lays out the arena. The table is used up.
  Plan finish(std::vector<StepDescription> descriptions);

 private:
  struct Info {
    size_t bytes;
    Storage storage;
    size_t index;
    int32_t owner;      // the value whose memory it is: its own or, of a slice, the whole one's
    size_t offset = 0;  // in that, in bytes
    int32_t first = INT32_MAX, last = -1;
  };
  struct SlotState {
    Value plain;
    std::vector<Value> blocked;
    Value whole;  // where other slots are slices of this one
    Halo wanted;
    bool wanted_blocked = false;
    int32_t source;  // whose values these are: the slot itself, or the one that it is an alias of
  };

  SlotState& stateOf(int32_t slot) { return slots_[slots_[slot].source]; }
  const SlotState& stateOf(int32_t slot) const { return slots_[slots_[slot].source]; }

  Value newValue(const Layout& layout, Storage storage, size_t index);
  Value constant(int32_t slot, const Packing& packing);
  // With zeros around its planes.
  Value withHalo(const Layout& layout);
  // Where `slot` is to lie, absent if it is to lie by itself.
  Value sharedPlace(int32_t slot, const Dims& dims);
  void reorder(const Value& from, const Value& to);
  void bindOutput(size_t port);

  const DecodedProgram& program_;
  Isa isa_;
  int32_t lanes_;
  bool cold_weights_ = false;
  std::vector<SlotState> slots_;
  std::vector<Slice> slices_;  // by slot
  std::map<int32_t, LeftScale> left_scales_;
  std::vector<Info> infos_;
  Plan plan_;
  int32_t step_ = -1;
  int32_t last_that_can_fail_ = -1;
};

}  // namespace convkit
