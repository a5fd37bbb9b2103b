#include "binding/staged_constants.h"

#include <cstring>
#include <stdexcept>

#include "binding/arguments.h"

namespace convkit {
namespace {

constexpr napi_type_tag kTag = {0x5d0f3c9a71b84e26, 0x94c6a8e1f37b2d05};
constexpr double kMostValues = 2147483647;

struct Holder {
  std::unique_ptr<StagedConstants> constants;
};

using Handle = Napi::External<Holder>;

Holder& holderOf(Napi::Value value) {
  if (!value.IsExternal()) throw std::invalid_argument("constants must be a handle of stageConstants");
  const Handle handle = value.As<Handle>();
  if (!handle.CheckTypeTag(&kTag))
    throw std::invalid_argument("constants must be a handle of this addon's stageConstants");
  Holder& holder = *handle.Data();
  if (holder.constants == nullptr) throw std::invalid_argument("the staged constants were used already");
  return holder;
}

std::vector<size_t> lengthsOf(napi_env env, napi_value value) {
  const ArrayView view = viewOf(env, value, napi_float64_array, "lengths");
  const double* const given = static_cast<const double*>(view.data);
  std::vector<size_t> lengths;
  for (size_t i = 0; i < view.length; ++i) {
    if (!(given[i] >= 0 && given[i] <= kMostValues))
      throw std::invalid_argument(indexed("lengths", i) + " must be a number of values");
    lengths.push_back(static_cast<size_t>(given[i]));
  }
  return lengths;
}

}  // namespace

StagedConstants::StagedConstants(const std::vector<size_t>& lengths) {
  // Not set to zero: that would touch every page on JavaScript's thread. What is not filled is never read.
  for (const size_t length : lengths)
    constants_.push_back({std::unique_ptr<float[]>(new float[length]), length, 0});
}

void StagedConstants::append(size_t index, const float* values, size_t count) {
  Constant& constant = constants_.at(index);
  if (count > constant.length - constant.filled)
    throw std::invalid_argument(indexed("constants", index) + " has no room for so many values");
  if (count > 0) std::memcpy(constant.values.get() + constant.filled, values, count * sizeof(float));
  constant.filled += count;
}

bool StagedConstants::isComplete() const {
  for (const Constant& constant : constants_) {
    if (constant.filled < constant.length) return false;
  }
  return true;
}

Napi::Value stageConstants(const Napi::CallbackInfo& info) {
  auto holder = std::make_unique<Holder>();
  holder->constants = std::make_unique<StagedConstants>(lengthsOf(info.Env(), info[0]));
  const Handle handle = Handle::New(info.Env(), holder.get(), [](Napi::Env, Holder* held) { delete held; });
  static_cast<void>(holder.release());
  handle.TypeTag(&kTag);
  return handle;
}

Napi::Value appendConstant(const Napi::CallbackInfo& info) {
  StagedConstants& constants = *holderOf(info[0]).constants;
  const double index = info[1].IsNumber() ? info[1].As<Napi::Number>().DoubleValue() : -1;
  if (!(index >= 0 && index < static_cast<double>(constants.count())))
    throw std::invalid_argument("index must be that of a constant");
  const ArrayView view = viewOf(info.Env(), info[2], napi_float32_array, "values");
  constants.append(static_cast<size_t>(index), static_cast<const float*>(view.data), view.length);
  return info.Env().Undefined();
}

std::unique_ptr<StagedConstants> takeStagedConstants(Napi::Value handle) {
  Holder& holder = holderOf(handle);
  if (!holder.constants->isComplete()) throw std::invalid_argument("not all staged constants are filled");
  return std::move(holder.constants);
}

}  // namespace convkit
