#include <algorithm>
#include <cstring>

#include "kernels/lanes/lanes.h"
#include "ops/block_rows.h"
#include "ops/concat.h"

namespace convkit {
namespace {

constexpr int64_t kPieceValues = 4096;

// A channel block of one of the values.
struct BlockSource {
  int32_t value, block;
  bool operator==(const BlockSource& other) const { return value == other.value && block == other.block; }
};

// How one block of y is put together.
struct BlockRecipe {
  std::vector<BlockSource> sources;
  std::vector<int32_t> places;  // by lane: the source's number · lanes + its lane; empty for a mere copy
};

std::vector<const Layout*> layoutsOf(const std::vector<Value>& values) {
  std::vector<const Layout*> layouts;
  for (const Value& value : values) layouts.push_back(&value.layout);
  return layouts;
}

BlockRecipe recipeOf(const ChannelSource* channels, int64_t count, int32_t lanes) {
  BlockRecipe recipe;
  bool in_place = true;
  for (int64_t lane = 0; lane < count; ++lane) {
    const BlockSource source{channels[lane].value, channels[lane].channel / lanes};
    auto found = std::find(recipe.sources.begin(), recipe.sources.end(), source);
    if (found == recipe.sources.end()) found = recipe.sources.insert(found, source);
    const int32_t number = static_cast<int32_t>(found - recipe.sources.begin());
    recipe.places.push_back(number * lanes + channels[lane].channel % lanes);
    in_place = in_place && recipe.places.back() == lane;
  }
  // What stands in channels that y does not have is nobody's concern.
  recipe.places.resize(in_place ? 0 : static_cast<size_t>(lanes), 0);
  return recipe;
}

class GatherChannelsOp final : public Op {
 public:
  GatherChannelsOp(std::vector<Value> values, const std::vector<ChannelSource>& channels, const Value& y,
                   Isa isa)
      : values_(std::move(values)), y_(y), kernels_(laneKernels(isa)), rows_(y.layout, layoutsOf(values_)) {
    const int32_t lanes = y.layout.block;
    for (size_t first = 0; first < channels.size(); first += static_cast<size_t>(lanes)) {
      const int64_t count = std::min<int64_t>(lanes, static_cast<int64_t>(channels.size() - first));
      recipes_.push_back(recipeOf(channels.data() + first, count, lanes));
    }
  }

  void run(const RunContext& context) const override {
    forEachPiece(context, rows_, kPieceValues, 1, [&](int64_t run, int64_t begin, int64_t count) {
      const BlockRecipe& recipe = recipes_[static_cast<size_t>(rows_.blockOf(run))];
      float* y = context.f32(y_) + rows_.offset(y_.layout, run) + begin;
      if (recipe.places.empty()) {
        std::memcpy(y, sourceAt(context, recipe.sources[0], run) + begin,
                    static_cast<size_t>(count) * sizeof(float));
        return;
      }
      LaneArgs args{};
      args.sources = static_cast<int>(recipe.sources.size());
      for (int i = 0; i < args.sources; ++i) {
        args.from[i] = sourceAt(context, recipe.sources[static_cast<size_t>(i)], run) + begin;
      }
      args.places = recipe.places.data();
      args.y = y;
      args.pixels = count / y_.layout.block;
      kernels_.gather(args);
    });
  }

  size_t residentBytes() const override {
    size_t bytes = values_.size() * sizeof(Value);
    for (const BlockRecipe& recipe : recipes_) {
      bytes += sizeof(recipe) + recipe.sources.size() * sizeof(BlockSource) +
               recipe.places.size() * sizeof(int32_t);
    }
    return bytes;
  }

 private:
  const float* sourceAt(const RunContext& context, const BlockSource& source, int64_t run) const {
    const Value& value = values_[static_cast<size_t>(source.value)];
    const Layout& layout = value.layout;
    return context.f32(value) + rows_.imageOf(run) * layout.imageStride() +
           source.block * layout.blockStride() + BlockRows::inPlane(layout, rows_.rowOf(run));
  }

  const std::vector<Value> values_;
  const Value y_;
  const LaneKernels& kernels_;
  const BlockRows rows_;
  std::vector<BlockRecipe> recipes_;
};

}  // namespace

std::unique_ptr<Op> makeGatherChannelsOp(std::vector<Value> values,
                                         const std::vector<ChannelSource>& channels, const Value& y,
                                         Isa isa) {
  return std::make_unique<GatherChannelsOp>(std::move(values), channels, y, isa);
}

}  // namespace convkit
