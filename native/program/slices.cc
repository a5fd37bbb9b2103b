#include "program/slices.h"

#include <algorithm>
#include <utility>

#include "program/plan_steps.h"
#include "program/value_table.h"

namespace convkit {
namespace {

// An operand of a concatenation of channels.
struct Part {
  int32_t slot;
  int64_t channel, channels;
};

// The steps during which a slot's memory is in use.
struct Room {
  int32_t first = INT32_MAX, last = -1;
  int64_t size = 0;  // values; 0 where others provide the memory
};

// Where an average begins a new partial sum depends on whether there is a halo between two rows.
bool sumsDependOnHalo(StepKind kind) {
  return kind == StepKind::kReduce || kind == StepKind::kAvgPool || kind == StepKind::kAdaptiveAvgPool;
}

bool equal(const Halo& a, const Halo& b) { return covers(a, b) && covers(b, a); }

class SliceSearch {
 public:
  SliceSearch(const DecodedProgram& program, Isa isa, ValueTable& table)
      : program_(program), isa_(isa), table_(table), slices_(program.slots.size()), facts_(slices_.size()) {
    for (size_t slot = 0; slot < facts_.size(); ++slot) facts_[slot].source = static_cast<int32_t>(slot);
    for (size_t i = 0; i < program.steps.size(); ++i) note(program.steps[i], static_cast<int32_t>(i));
    const int32_t end = static_cast<int32_t>(program.steps.size());
    for (const int32_t slot : program.outputs) factsOf(slot).room.last = end;
    in_use_.resize(program.steps.size() + 1);
    for (const Facts& facts : facts_) count(facts.room, 1, &in_use_);
    most_in_use_ = most(in_use_);
  }

  std::vector<Slice> run() {
    // Backwards, so that of the concatenations that grow one another the last one, which has room for all,
    // comes first.
    for (auto step = program_.steps.rbegin(); step != program_.steps.rend(); ++step) {
      if (step->kind == StepKind::kConcat) visit(*step);
    }
    for (size_t slot = 0; slot < facts_.size(); ++slot) {
      if (!facts_[slot].members.empty()) {
        table_.requestHalo(static_cast<int32_t>(slot), haloOf(facts_[slot].members));
      }
    }
    return std::move(slices_);
  }

 private:
  struct Facts {
    int32_t source;  // the slot itself, or the one that it is another view of
    bool leaves_blocks = false;
    bool halo_matters = false;
    Room room;
    std::vector<int32_t> members;  // all slots that lie in this one, which is the first
  };

  Facts& factsOf(int32_t slot) { return facts_[facts_[slot].source]; }

  // Steps come in order, so the operands' facts are known.
  void note(const Step& step, int32_t now) {
    bool blocked = false;
    for (const int32_t slot : step.operands) {
      if (slot == kNoSlot) continue;
      Facts& operand = factsOf(slot);
      if (operand.room.size > 0) operand.room.last = now;
      operand.halo_matters = operand.halo_matters || sumsDependOnHalo(step.kind);
      blocked = blocked || operand.leaves_blocks;
    }
    if (step.kind == StepKind::kReshape) {
      facts_[step.results[0]].source = facts_[step.operands[0]].source;
      return;
    }
    for (const int32_t slot : step.results) {
      if (slot != kNoSlot) facts_[slot].room = {now, now, table_.sizeOf(slot)};
    }
    if (!table_.goesPlain(step.results[0])) {
      facts_[step.results[0]].leaves_blocks = leavesBlocks(step, blocked);
    }
  }

  // Of a step whose result is wanted in blocks. `blocked`: an operand comes so.
  bool leavesBlocks(const Step& step, bool blocked) const {
    switch (step.kind) {
      case StepKind::kConv:
      case StepKind::kConvTranspose:
        return convLeavesBlocks(step, isa_, table_);
      case StepKind::kMaxPool:
      case StepKind::kAvgPool:
      case StepKind::kAdaptiveAvgPool:
      case StepKind::kAdaptiveMaxPool:
        return step.results.size() == 1 || step.results[1] == kNoSlot;
      case StepKind::kBatchNorm:
      case StepKind::kActivation:
      case StepKind::kUnary:
      case StepKind::kBinary:
      case StepKind::kStrided:
      case StepKind::kConcat:
      case StepKind::kResample:
        return blocked;
      default:
        return false;
    }
  }

  void visit(const Step& step) {
    const ConcatGeometry& g = step.concat;
    const int32_t y = step.results[0];
    if (!facts_[y].leaves_blocks || g.outer == 0 || g.inner == 0) return;
    const std::vector<Part> parts = partsOf(step);
    if (slices_[y].whole == kNoSlot && isAmongSlices(g, parts)) {
      const Slice first = slices_[parts[0].slot];
      if (join(first.whole, {y})) slices_[y] = first;
      return;
    }
    Slice own = slices_[y];
    if (own.whole == kNoSlot) own = {y, 0, g.outer, g.inner};
    if (own.images != g.outer || own.pixels != g.inner) return;
    std::vector<Part> joining = joiningParts(own, parts);
    while (!joining.empty() && !join(own.whole, slotsOf(joining))) dropEarliest(&joining);
    if (joining.empty()) return;
    slices_[y] = own;
    for (const Part& part : joining) {
      slices_[part.slot] = own;
      slices_[part.slot].channel += static_cast<int32_t>(part.channel);
    }
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

  // Whether all of a concatenation lies side by side in another one already.
  bool isAmongSlices(const ConcatGeometry& g, const std::vector<Part>& parts) const {
    const Slice& first = slices_[parts[0].slot];
    return first.whole != kNoSlot && first.images == g.outer && first.pixels == g.inner &&
           std::all_of(parts.begin(), parts.end(), [&](const Part& part) {
             const Slice& slice = slices_[part.slot];
             return slice.whole == first.whole && slice.channel == first.channel + part.channel;
           });
  }

  // Those that can lie in `whole`, of which `own` is the concatenation's part: blocks of their own, and in no
  // other concatenation.
  std::vector<Part> joiningParts(const Slice& own, const std::vector<Part>& parts) const {
    const int64_t lanes = table_.lanes();
    const int64_t end = table_.sizeOf(own.whole) / own.images / own.pixels;
    std::vector<Part> joining;
    std::vector<bool> seen(facts_.size(), false);
    for (const Part& part : parts) {
      const int64_t first = own.channel + part.channel, last = first + part.channels;
      const bool whole_blocks = first % lanes == 0 && (last % lanes == 0 || last == end);
      const bool free =
          slices_[part.slot].whole == kNoSlot && facts_[part.slot].leaves_blocks && !seen[part.slot];
      seen[part.slot] = true;
      if (whole_blocks && free && part.channels > 0) joining.push_back(part);
    }
    return joining;
  }

  static std::vector<int32_t> slotsOf(const std::vector<Part>& parts) {
    std::vector<int32_t> slots;
    for (const Part& part : parts) slots.push_back(part.slot);
    return slots;
  }

  // Memory that has to be there early is what costs most. A few at a time, because nobody wants to wait for
  // one after the other of thousands.
  void dropEarliest(std::vector<Part>* parts) const {
    std::stable_sort(parts->begin(), parts->end(), [&](const Part& a, const Part& b) {
      return facts_[a.slot].room.first < facts_[b.slot].room.first;
    });
    parts->erase(parts->begin(), parts->begin() + 1 + static_cast<int64_t>(parts->size() / 8));
  }

  Halo haloOf(const std::vector<int32_t>& slots) const {
    Halo halo;
    for (const int32_t slot : slots) halo = larger(halo, table_.wantedHalo(slot));
    return halo;
  }

  // Lets `slots` lie in `whole`, unless that would change what somebody computes or take more memory than if
  // everything were copied.
  bool join(int32_t whole, const std::vector<int32_t>& slots) {
    std::vector<int32_t> members = facts_[whole].members;
    if (members.empty()) members.push_back(whole);
    members.insert(members.end(), slots.begin(), slots.end());
    const Halo halo = haloOf(members);
    Room room{INT32_MAX, -1, table_.sizeOf(whole)};
    std::vector<int64_t> in_use = in_use_;
    for (const int32_t member : members) {
      const Facts& facts = facts_[member];
      if (facts.halo_matters && !equal(halo, table_.wantedHalo(member))) return false;
      room.first = std::min(room.first, facts.room.first);
      room.last = std::max(room.last, facts.room.last);
      count(facts.room, -1, &in_use);
    }
    count(room, 1, &in_use);
    if (most(in_use) > most_in_use_) return false;
    in_use_ = std::move(in_use);
    for (const int32_t member : members) facts_[member].room.size = 0;
    facts_[whole].room = room;
    facts_[whole].members = std::move(members);
    return true;
  }

  static void count(const Room& room, int64_t sign, std::vector<int64_t>* in_use) {
    if (room.size == 0) return;
    for (int32_t step = room.first; step <= room.last; ++step) (*in_use)[step] += sign * room.size;
  }
  static int64_t most(const std::vector<int64_t>& in_use) {
    return *std::max_element(in_use.begin(), in_use.end());
  }

  const DecodedProgram& program_;
  const Isa isa_;
  ValueTable& table_;
  std::vector<Slice> slices_;
  std::vector<Facts> facts_;
  std::vector<int64_t> in_use_;  // values, during each step and after the last one
  int64_t most_in_use_ = 0;
};

}  // namespace

std::vector<Slice> findSlices(const DecodedProgram& program, Isa isa, ValueTable& table) {
  return SliceSearch(program, isa, table).run();
}

}  // namespace convkit
