import type { Step } from '../../program/step.js';
import { compileActivation } from './activation.js';
import { compileAvgPool, compileLpPool } from './avg-pool.js';
import { compileBatchNorm } from './batch-norm.js';
import type { CompileContext, CompiledStep } from './compiled-step.js';
import { compileConv } from './conv.js';
import { compileConvTranspose } from './conv-transpose.js';
import { compileGeneralStep } from './general-steps.js';
import { compileCol2im, compileIm2col } from './im2col.js';
import { compileImagePad } from './image-pad.js';
import { compileImageResize } from './image-resize.js';
import { compileLinear } from './linear.js';
import { compileMaxPool } from './max-pool.js';
import { compileMaxUnpool } from './max-unpool.js';
import { compilePad } from './pad.js';
import { compileImageToTensor, compileTensorToImage } from './pixels.js';
import { compileSamplingStep } from './sampling-steps.js';
import { compileSoftmax } from './softmax.js';
import { compileReshape, compileTranspose } from './transpose.js';
import { compileWindowStep } from './window-steps.js';

/** Finds the compiler of a step's kind. */
export function compileStep(step: Step, context: CompileContext): CompiledStep {
  switch (step.kind) {
    case 'conv':
      return compileConv(step, context);
    case 'convTranspose':
      return compileConvTranspose(step, context);
    case 'maxPool':
    case 'adaptiveMaxPool':
      return compileMaxPool(step);
    case 'avgPool':
    case 'adaptiveAvgPool':
      return compileAvgPool(step);
    case 'lpPool':
      return compileLpPool(step);
    case 'maxUnpool':
      return compileMaxUnpool(step);
    case 'batchNorm':
      return compileBatchNorm(step);
    case 'activation':
      return compileActivation(step);
    case 'linear':
      return compileLinear(step);
    case 'softmax':
      return compileSoftmax(step);
    case 'im2col':
      return compileIm2col(step);
    case 'col2im':
      return compileCol2im(step);
    case 'pad':
      return compilePad(step);
    case 'transpose':
      return compileTranspose(step);
    case 'reshape':
      return compileReshape();
    case 'unary':
    case 'binary':
    case 'where':
    case 'strided':
    case 'concat':
    case 'reduce':
    case 'convert':
      return compileGeneralStep(step);
    case 'gather':
    case 'topK':
    case 'nonMaxSuppression':
    case 'resample':
    case 'normalize':
    case 'lrn':
    case 'gridSample':
    case 'logSoftmax':
      return compileSamplingStep(step);
    case 'imageToTensor':
      return compileImageToTensor(step);
    case 'tensorToImage':
      return compileTensorToImage(step, context);
    case 'imageFilter':
    case 'imageSeparable':
    case 'imageSharpen':
    case 'imageSmooth':
    case 'imageBox':
    case 'imageMedian':
    case 'imageErode':
    case 'imageDilate':
    case 'imageIntegral':
      return compileWindowStep(step, context);
    case 'imageResize':
      return compileImageResize(step, context);
    case 'imagePad':
      return compileImagePad(step);
  }
}
