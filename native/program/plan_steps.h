#pragma once

#include "program/plan.h"
#include "program/value_table.h"

namespace convkit {

// Each turns one step into ops. `table` gives operands in the layouts that the ops want and takes
// their results.
StepDescription planConv(const Step& step, Isa isa, ValueTable& table);
StepDescription planLinear(const Step& step, Isa isa, ValueTable& table);
StepDescription planPool(const Step& step, Isa isa, ValueTable& table);
StepDescription planChannelStep(const Step& step, Isa isa, ValueTable& table);
// Everything that works on plain values only.
StepDescription planPlainStep(const Step& step, Isa isa, ValueTable& table);
// unary, binary, where, strided, concat, reduce, convert
StepDescription planGeneralStep(const Step& step, Isa isa, ValueTable& table);
// gather, topK, nonMaxSuppression, resample, normalize, lrn, gridSample, logSoftmax
StepDescription planSamplingStep(const Step& step, Isa isa, ValueTable& table);
// imageToTensor, tensorToImage, imageResize, imagePad
StepDescription planImageStep(const Step& step, Isa isa, ValueTable& table);
// imageFilter, imageSeparable, imageSharpen, imageSmooth, imageBox, imageMedian, imageErode, imageDilate,
// imageIntegral
StepDescription planWindowStep(const Step& step, Isa isa, ValueTable& table);

// Tell the table, before any step is planned, that a step likes its operand in blocks, and which room
// around it a convolution will want.
void requestConvBlocks(const Step& step, Isa isa, ValueTable& table);
void requestPoolBlocks(const Step& step, ValueTable& table);
void requestGeneralBlocks(const Step& step, ValueTable& table);
void requestResampleBlocks(const Step& step, ValueTable& table);

// Whether a convolution multiplies its input by one value a channel itself, as it reads it.
bool convScalesInput(const Step& step, Isa isa, const ValueTable& table);
// Whether a convolution whose result is wanted in blocks writes it so.
bool convLeavesBlocks(const Step& step, Isa isa, const ValueTable& table);

}  // namespace convkit
