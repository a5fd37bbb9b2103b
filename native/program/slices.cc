#include "program/slices.h"

#include <algorithm>
#include <set>
#include <utility>

#include "program/slot_facts.h"
#include "program/value_table.h"

namespace convkit {
namespace {

// An operand of a concatenation of channels.
struct Part {
  int32_t slot;
  int64_t channel, channels;
};

bool equal(const Halo& a, const Halo& b) { return covers(a, b) && covers(b, a); }

class SliceSearch {
 public:
  SliceSearch(const DecodedProgram& program, Isa isa, ValueTable& table)
      : program_(program),
        table_(table),
        slices_(program.slots.size()),
        facts_(slotFacts(program, isa, table)),
        in_use_(program.steps.size() + 1) {
    for (const SlotFacts& facts : facts_) count(facts.room, 1, &in_use_);
    most_in_use_ = most(in_use_);
  }

  std::vector<Slice> run() {
    // Backwards, so that of the concatenations that grow one another the last one, which has room for all,
    // comes first.
    for (size_t i = program_.steps.size(); i-- > 0;) {
      const Step& step = program_.steps[i];
      if (canHaveSlices(step) && slices_[step.results[0]].whole == kNoSlot) placeGroup(i);
    }
    return std::move(slices_);
  }

 private:
  bool canHaveSlices(const Step& step) const {
    return step.kind == StepKind::kConcat && facts_[step.results[0]].leaves_blocks && step.concat.outer > 0 &&
           step.concat.inner > 0;
  }

  // All that lies in the result of one concatenation.
  struct Group {
    int32_t whole;
    std::vector<int32_t> members;  // slots, the whole one first
    // The parts of concatenations, copies too, and their channels.
    std::set<std::pair<int32_t, int64_t>> contents;
  };

  // Tries with fewer and fewer operands until they do no harm.
  void placeGroup(size_t step) {
    std::vector<bool> excluded(facts_.size(), false);
    for (;;) {
      Group group{program_.steps[step].results[0], {}, {}};
      grow(step, excluded, &group);
      const std::vector<int32_t> harmful = group.members.size() > 1 ? harmfulMembers(group) : group.members;
      if (harmful.empty()) return settle(group);
      for (const int32_t slot : group.members) slices_[slot] = {};
      if (group.members.size() <= 1) return;
      for (const int32_t slot : harmful) excluded[slot] = true;
    }
  }

  // From the concatenation `last` back to those that lie in it, as operands or because all of their parts do.
  void grow(size_t last, const std::vector<bool>& excluded, Group* group) {
    const Step& all = program_.steps[last];
    place(group->whole, {group->whole, 0, all.concat.outer, all.concat.inner}, group);
    for (size_t i = last + 1; i-- > 0;) {
      const Step& step = program_.steps[i];
      if (!canHaveSlices(step)) continue;
      const int32_t y = step.results[0];
      const std::vector<Part> parts = partsOf(step);
      if (slices_[y].whole == kNoSlot && !excluded[y]) {
        const Slice own = sliceOfAll(step.concat, parts, *group);
        if (own.whole != kNoSlot) place(y, own, group);
        continue;
      }
      const Slice own = slices_[y];
      if (own.whole != group->whole || own.images != step.concat.outer || own.pixels != step.concat.inner) {
        continue;
      }
      for (const Part& part : parts) {
        group->contents.insert({part.slot, own.channel + part.channel});
        if (!excluded[part.slot] && canJoin(own, part)) place(part.slot, sliceAt(own, part.channel), group);
      }
    }
  }

  void place(int32_t slot, const Slice& slice, Group* group) {
    slices_[slot] = slice;
    group->members.push_back(slot);
  }

  std::vector<Part> partsOf(const Step& step) {
    std::vector<Part> parts;
    int64_t channel = 0;
    for (const int32_t slot : step.operands) {
      const int64_t channels = table_.sizeOf(slot) / step.concat.outer / step.concat.inner;
      parts.push_back({facts_[slot].source, channel, channels});
      channel += channels;
    }
    return parts;
  }

  static Slice sliceAt(Slice slice, int64_t channel) {
    slice.channel += static_cast<int32_t>(channel);
    return slice;
  }

  // Where all parts lie side by side already, in those of a larger concatenation.
  Slice sliceOfAll(const ConcatGeometry& g, const std::vector<Part>& parts, const Group& group) const {
    for (const Part& part : parts) {
      const Slice& slice = slices_[part.slot];
      if (slice.whole != group.whole || slice.images != g.outer || slice.pixels != g.inner) continue;
      const Slice first = sliceAt(slice, -part.channel);
      const bool all = std::all_of(parts.begin(), parts.end(), [&](const Part& other) {
        return group.contents.count({other.slot, first.channel + other.channel}) > 0;
      });
      const int64_t end = parts.back().channel + parts.back().channels;
      if (all && isWholeBlocks(first, 0, end)) return first;
    }
    return {};
  }

  // Of the channels that `slice` begins with. The last block of all may lack some.
  bool isWholeBlocks(const Slice& slice, int64_t begin, int64_t end) const {
    const int64_t all = table_.sizeOf(slice.whole) / slice.images / slice.pixels, lanes = table_.lanes();
    begin += slice.channel, end += slice.channel;
    return begin % lanes == 0 && (end % lanes == 0 || end == all);
  }

  // Blocks of its own, and in no concatenation yet.
  bool canJoin(const Slice& own, const Part& part) const {
    return slices_[part.slot].whole == kNoSlot && facts_[part.slot].leaves_blocks && part.channels > 0 &&
           isWholeBlocks(own, part.channel, part.channel + part.channels);
  }

  Halo haloOf(const std::vector<int32_t>& slots) const {
    Halo halo;
    for (const int32_t slot : slots) halo = larger(halo, table_.wantedHalo(slot));
    return halo;
  }

  // Who had better not lie in the group, because that would change what somebody computes or take more memory
  // than if everything were copied.
  std::vector<int32_t> harmfulMembers(const Group& group) const {
    const Halo halo = haloOf(group.members);
    std::vector<int32_t> harmful;
    for (const int32_t member : group.members) {
      if (!facts_[member].halo_matters || equal(halo, table_.wantedHalo(member))) continue;
      if (member == group.whole) return withMoreHalo(group);
      harmful.push_back(member);
    }
    if (!harmful.empty() || most(inUseWith(group)) <= most_in_use_) return harmful;
    return earliest(group);
  }

  std::vector<int32_t> withMoreHalo(const Group& group) const {
    std::vector<int32_t> slots;
    for (const int32_t member : group.members) {
      if (!covers(table_.wantedHalo(group.whole), table_.wantedHalo(member))) slots.push_back(member);
    }
    return slots;
  }

  // Memory that has to be there early is what costs most. A few at a time, because nobody wants to wait for
  // one after the other of thousands.
  std::vector<int32_t> earliest(const Group& group) const {
    std::vector<int32_t> slots(group.members.begin() + 1, group.members.end());
    std::stable_sort(slots.begin(), slots.end(),
                     [&](int32_t a, int32_t b) { return facts_[a].room.first < facts_[b].room.first; });
    slots.resize(1 + slots.size() / 16);
    return slots;
  }

  Room roomOf(const Group& group) const {
    Room room{INT32_MAX, -1,
              valuesToHold(group.whole, facts_[group.whole].dims, haloOf(group.members), table_)};
    for (const int32_t member : group.members) {
      room.first = std::min(room.first, facts_[member].room.first);
      room.last = std::max(room.last, facts_[member].room.last);
    }
    return room;
  }

  std::vector<int64_t> inUseWith(const Group& group) const {
    std::vector<int64_t> in_use = in_use_;
    for (const int32_t member : group.members) count(facts_[member].room, -1, &in_use);
    count(roomOf(group), 1, &in_use);
    return in_use;
  }

  void settle(const Group& group) {
    in_use_ = inUseWith(group);
    table_.requestHalo(group.whole, haloOf(group.members));
  }

  static void count(const Room& room, int64_t sign, std::vector<int64_t>* in_use) {
    if (room.size == 0) return;
    for (int32_t step = room.first; step <= room.last; ++step) (*in_use)[step] += sign * room.size;
  }
  static int64_t most(const std::vector<int64_t>& in_use) {
    return *std::max_element(in_use.begin(), in_use.end());
  }

  const DecodedProgram& program_;
  ValueTable& table_;
  std::vector<Slice> slices_;
  std::vector<SlotFacts> facts_;
  std::vector<int64_t> in_use_;  // values, during each step and after the last one
  int64_t most_in_use_ = 0;
};

}  // namespace

std::vector<Slice> findSlices(const DecodedProgram& program, Isa isa, ValueTable& table) {
  return SliceSearch(program, isa, table).run();
}

}  // namespace convkit
