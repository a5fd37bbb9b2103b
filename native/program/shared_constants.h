#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/memory.h"

namespace convkit {

// Packed weights that several programs use, as long as one of them lives: those of one network for different
// input shapes. Any number of threads may ask at once.
//
// `id` names the unpacked numbers in the whole process; `packing` how they are packed.
std::shared_ptr<const AlignedBuffer> sharedConstant(uint64_t id, const std::string& packing,
                                                    const std::function<AlignedBuffer()>& pack);

}  // namespace convkit
