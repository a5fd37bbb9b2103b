import type { Step } from '../../program/step.js';
import type { CompileContext, CompiledStep } from './compiled-step.js';
import { compileImageFilter, compileImageSeparable, compileImageSharpen, compileImageSmooth } from './image-filter.js';
import { compileImageBox, compileImageExtreme, compileImageIntegral, compileImageMedian } from './image-windows.js';

type WindowStep = Extract<
  Step,
  {
    kind:
      | 'imageFilter'
      | 'imageSeparable'
      | 'imageSharpen'
      | 'imageSmooth'
      | 'imageBox'
      | 'imageMedian'
      | 'imageErode'
      | 'imageDilate'
      | 'imageIntegral';
  }
>;

/** Finds the compiler of a step that works on the windows of an image. */
export function compileWindowStep(step: WindowStep, context: CompileContext): CompiledStep {
  switch (step.kind) {
    case 'imageFilter':
      return compileImageFilter(step, context);
    case 'imageSeparable':
      return compileImageSeparable(step, context);
    case 'imageSharpen':
      return compileImageSharpen(step, context);
    case 'imageSmooth':
      return compileImageSmooth(step);
    case 'imageBox':
      return compileImageBox(step);
    case 'imageMedian':
      return compileImageMedian(step);
    case 'imageErode':
    case 'imageDilate':
      return compileImageExtreme(step);
    case 'imageIntegral':
      return compileImageIntegral(step);
  }
}
