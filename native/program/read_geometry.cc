#include "program/read_geometry.h"

namespace convkit {
namespace {

Window readWindow(CodeReader& reader) {
  Window window;
  window.input = reader.extent();
  window.output = reader.extent();
  window.kernel = reader.extent();
  window.stride = reader.extent();
  window.dilation = reader.extent();
  window.pad_front = reader.integer();
  window.pad_back = reader.integer();
  window.pad_top = reader.integer();
  window.pad_bottom = reader.integer();
  window.pad_left = reader.integer();
  window.pad_right = reader.integer();
  return window;
}

void readPool(CodeReader& reader, StepKind kind, PoolGeometry* pool) {
  pool->batch = reader.integer();
  pool->channels = reader.integer();
  pool->window = readWindow(reader);
  pool->count_include_pad = 0;
  pool->divisor_override = 0;
  if (kind == StepKind::kAvgPool) {
    pool->count_include_pad = reader.integer();
    pool->divisor_override = reader.integer();
  }
}

void readPad(CodeReader& reader, PadGeometry* pad) {
  pad->outer = reader.integer();
  pad->input = reader.extent();
  pad->pad_front = reader.integer();
  pad->pad_back = reader.integer();
  pad->pad_top = reader.integer();
  pad->pad_bottom = reader.integer();
  pad->pad_left = reader.integer();
  pad->pad_right = reader.integer();
  pad->mode = reader.word<PadMode>("pad mode");
}

void readGridSample(CodeReader& reader, GridSampleGeometry* grid) {
  grid->batch = reader.integer();
  grid->channels = reader.integer();
  grid->input_height = reader.integer();
  grid->input_width = reader.integer();
  grid->output_height = reader.integer();
  grid->output_width = reader.integer();
  grid->mode = reader.word<GridMode>("grid mode");
  grid->padding = reader.word<GridPadding>("grid padding");
  grid->align_corners = reader.integer();
}

void readImageToTensor(CodeReader& reader, ImageToTensorGeometry* image) {
  image->height = reader.integer();
  image->width = reader.integer();
  image->offset = reader.integer();
  image->row_stride = reader.integer();
  image->pixel_stride = reader.integer();
  image->channels = reader.integer();
  for (int32_t& source : image->source) source = reader.integer();
  image->flip_x = reader.integer();
  image->flip_y = reader.integer();
  image->channels_last = reader.integer();
}

void readTensorToImage(CodeReader& reader, TensorToImageGeometry* image) {
  image->height = reader.integer();
  image->width = reader.integer();
  image->channels = reader.integer();
  image->channels_last = reader.integer();
  image->swap_red_blue = reader.integer();
}

void readImageWindow(CodeReader& reader, ImageWindowGeometry* window) {
  window->height = reader.integer();
  window->width = reader.integer();
  window->channels = reader.integer();
  window->row_stride = reader.integer();
  window->kernel_height = reader.integer();
  window->kernel_width = reader.integer();
  window->anchor_y = reader.integer();
  window->anchor_x = reader.integer();
  window->border = reader.word<BorderMode>("border");
}

void readPixelRegion(CodeReader& reader, PixelRegion* region) {
  region->height = reader.integer();
  region->width = reader.integer();
  region->offset = reader.integer();
  region->row_stride = reader.integer();
  region->channels = reader.integer();
}

void readImageResize(CodeReader& reader, ImageResizeGeometry* image) {
  readPixelRegion(reader, &image->input);
  image->output_height = reader.integer();
  image->output_width = reader.integer();
  image->taps_across = reader.integer();
  image->taps_down = reader.integer();
  image->arithmetic = reader.word<ResizeArithmetic>("resize arithmetic");
}

void readImagePad(CodeReader& reader, ImagePadGeometry* image) {
  readPixelRegion(reader, &image->input);
  image->pad_top = reader.integer();
  image->pad_bottom = reader.integer();
  image->pad_left = reader.integer();
  image->pad_right = reader.integer();
  image->mode = reader.word<ImagePadMode>("image pad mode");
}

}  // namespace

void readGeometry(CodeReader& reader, Step* step) {
  switch (step->kind) {
    case StepKind::kConv:
    case StepKind::kConvTranspose:
      step->conv.batch = reader.integer();
      step->conv.in_channels = reader.integer();
      step->conv.out_channels = reader.integer();
      step->conv.groups = reader.integer();
      step->conv.window = readWindow(reader);
      return;
    case StepKind::kMaxPool:
    case StepKind::kAvgPool:
    case StepKind::kLpPool:
    case StepKind::kIm2col:
    case StepKind::kCol2im:
      readPool(reader, step->kind, &step->pool);
      return;
    case StepKind::kAdaptiveAvgPool:
    case StepKind::kAdaptiveMaxPool:
    case StepKind::kMaxUnpool:
      step->resize.batch = reader.integer();
      step->resize.channels = reader.integer();
      step->resize.input = reader.extent();
      step->resize.output = reader.extent();
      return;
    case StepKind::kPad:
      readPad(reader, &step->pad);
      return;
    case StepKind::kReshape:
      step->reshape.size = reader.integer();
      return;
    case StepKind::kConvert:
      step->convert.size = reader.integer();
      return;
    case StepKind::kUnary:
      step->unary.operation = reader.word<UnaryOperation>("unary operation");
      step->unary.size = reader.integer();
      return;
    case StepKind::kBinary:
      step->binary.operation = reader.word<BinaryOperation>("binary operation");
      step->binary.size = reader.axes();
      step->binary.a = reader.axes();
      step->binary.b = reader.axes();
      return;
    case StepKind::kWhere:
      step->where.size = reader.axes();
      step->where.condition = reader.axes();
      step->where.a = reader.axes();
      step->where.b = reader.axes();
      return;
    case StepKind::kStrided:
      step->strided.offset = reader.integer();
      step->strided.size = reader.axes();
      step->strided.stride = reader.axes();
      return;
    case StepKind::kConcat:
      step->concat.outer = reader.integer();
      step->concat.inner = reader.integer();
      return;
    case StepKind::kReduce:
      step->reduce.operation = reader.word<ReduceOperation>("reduce operation");
      step->reduce.outer = reader.integer();
      step->reduce.length = reader.integer();
      step->reduce.inner = reader.integer();
      return;
    case StepKind::kGather:
      step->gather.outer = reader.integer();
      step->gather.length = reader.integer();
      step->gather.inner = reader.integer();
      step->gather.count = reader.integer();
      return;
    case StepKind::kTopK:
      step->top_k.outer = reader.integer();
      step->top_k.length = reader.integer();
      step->top_k.inner = reader.integer();
      step->top_k.k = reader.integer();
      step->top_k.largest = reader.integer();
      return;
    case StepKind::kNonMaxSuppression:
      step->non_max_suppression.batches = reader.integer();
      step->non_max_suppression.classes = reader.integer();
      step->non_max_suppression.boxes = reader.integer();
      step->non_max_suppression.most_per_class = reader.integer();
      step->non_max_suppression.center_point = reader.integer();
      return;
    case StepKind::kResample:
      step->resample.outer = reader.integer();
      step->resample.length = reader.integer();
      step->resample.inner = reader.integer();
      step->resample.output_length = reader.integer();
      step->resample.taps = reader.integer();
      return;
    case StepKind::kNormalize:
      step->normalize.rows = reader.integer();
      step->normalize.length = reader.integer();
      return;
    case StepKind::kLrn:
      step->lrn.outer = reader.integer();
      step->lrn.channels = reader.integer();
      step->lrn.inner = reader.integer();
      step->lrn.size = reader.integer();
      return;
    case StepKind::kGridSample:
      readGridSample(reader, &step->grid_sample);
      return;
    case StepKind::kImageToTensor:
      readImageToTensor(reader, &step->image_to_tensor);
      return;
    case StepKind::kTensorToImage:
      readTensorToImage(reader, &step->tensor_to_image);
      return;
    case StepKind::kImageFilter:
    case StepKind::kImageSeparable:
    case StepKind::kImageSharpen:
    case StepKind::kImageSmooth:
    case StepKind::kImageBox:
    case StepKind::kImageMedian:
    case StepKind::kImageErode:
    case StepKind::kImageDilate:
      readImageWindow(reader, &step->image_window);
      return;
    case StepKind::kImageIntegral:
      step->image_integral.height = reader.integer();
      step->image_integral.width = reader.integer();
      step->image_integral.channels = reader.integer();
      step->image_integral.row_stride = reader.integer();
      return;
    case StepKind::kImageResize:
      readImageResize(reader, &step->image_resize);
      return;
    case StepKind::kImagePad:
      readImagePad(reader, &step->image_pad);
      return;
    default: {  // three plain numbers, in each record's order
      const Extent3 sizes = reader.extent();
      step->channel = {sizes.d, sizes.h, sizes.w};
      if (step->kind == StepKind::kLinear) step->linear = {sizes.d, sizes.h, sizes.w};
      if (step->kind == StepKind::kSoftmax || step->kind == StepKind::kLogSoftmax)
        step->softmax = {sizes.d, sizes.h, sizes.w};
      if (step->kind == StepKind::kTranspose) step->transpose = {sizes.d, sizes.h, sizes.w};
      return;
    }
  }
}

}  // namespace convkit
