#pragma once

#include "program/slot_checker.h"

namespace convkit {

// Parts of checkGeometry, by family of steps. Each throws std::invalid_argument.

// unary, binary, where, strided, concat, reduce, convert
void checkGeneralStep(const Step& step, const SlotChecker& slot);
// gather, topK, nonMaxSuppression, resample, normalize, lrn, gridSample
void checkSamplingStep(const Step& step, const SlotChecker& slot);
// imageToTensor, tensorToImage, imageResize, imagePad
void checkImageStep(const Step& step, const SlotChecker& slot);
// imageFilter, imageSeparable, imageSharpen, imageSmooth, imageBox, imageMedian, imageErode, imageDilate,
// imageIntegral
void checkWindowStep(const Step& step, const SlotChecker& slot);

}  // namespace convkit
