// Which algorithm a convolution gets, and how: what a result alone does not show.

#include "program/choose_conv.h"

#include "test/harness.h"
#include "test/op_runner.h"
#include "test/program_builder.h"

namespace convkit::test {
namespace {

// A 3×3 convolution whose output is as large as its input.
Step square(int32_t channels, int32_t size) {
  Step step{};
  step.kind = StepKind::kConv;
  ConvGeometry& g = step.conv;
  g.batch = g.groups = 1;
  g.in_channels = g.out_channels = channels;
  g.window = squareWindow(size, 3, 1, 1);
  return step;
}

}  // namespace

// Writing all transformed weights to memory first takes twice as long.
TEST(weightsThatChangeAreTransformedWhereWinogradNeedsThem) {
  forEachIsa([](Isa isa) {
    for (const auto& [channels, size] : {std::pair{128, 28}, {256, 14}, {512, 7}}) {
      const Step step = square(channels, size);
      const ConvChoice varying = chooseConv(step, isa, {true, false});
      CHECK_EQUAL(varying.algorithm, std::string("winograd"));
      CHECK(varying.weights == WinogradWeights::kRaw);
      CHECK(chooseConv(step, isa, {true, true}).weights != WinogradWeights::kRaw);
    }
  });
}

// Where there are matrix units they are used for what has pixels enough for its weights, alone or in a
// network.
TEST(tilesAreForManyPixels) {
  auto pathOf = [](Isa isa, int32_t in, int32_t out, int size, bool plain) {
    Step step = square(in, size);
    step.conv.out_channels = out;
    step.conv.window = squareWindow(size, 1, 1, 0);
    return chooseConv(step, isa, {plain, true}).path;
  };
  forEachIsa([&](Isa isa) {
    for (const bool plain : {false, true})
      CHECK_EQUAL(pathOf(isa, 256, 1024, 14, plain) == ConvPath::kTiles, isa == Isa::kAmx);
    CHECK(pathOf(isa, 512, 2048, 7, false) != ConvPath::kTiles);
    CHECK(pathOf(isa, 16, 16, 56, false) != ConvPath::kTiles);
  });
}

}  // namespace convkit::test

TEST_MAIN()
