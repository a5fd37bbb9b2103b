import type { ImageToTensorStep, TensorToImageStep } from '../../program/step.js';
import { type CompileContext, type CompiledStep, PLAIN } from './compiled-step.js';
import { saturatorOf } from './saturate.js';

/** Pixels to a tensor; see IMAGE_TO_TENSOR_FIELDS. Rounds where the native kernels round, so that both give the same bits. */
export function compileImageToTensor(step: ImageToTensorStep): CompiledStep {
  const g = step.geometry;
  const sources = [g.source0, g.source1, g.source2, g.source3];
  const pixelStep = g.channelsLast ? g.channels : 1;
  const channelStep = g.channelsLast ? 1 : g.height * g.width;
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.any(step.operands[0]);
      const affine = memory.float32(step.operands[1]);
      const y = memory.float32(step.results[0]);
      for (let c = 0; c < g.channels; c++) {
        const scale = affine[c];
        const shift = affine[g.channels + c];
        for (let row = 0; row < g.height; row++) {
          const line = (g.flipY ? g.height - 1 - row : row) * g.width + (g.flipX ? g.width - 1 : 0);
          let from = g.offset + row * g.rowStride + sources[c];
          let to = line * pixelStep + c * channelStep;
          const toStep = g.flipX ? -pixelStep : pixelStep;
          for (let i = 0; i < g.width; i++) {
            y[to] = Math.fround(x[from] * scale) + shift;
            from += g.pixelStride;
            to += toStep;
          }
        }
      }
    },
  };
}

/** A tensor to pixels; see TENSOR_TO_IMAGE_FIELDS. */
export function compileTensorToImage(step: TensorToImageStep, context: CompileContext): CompiledStep {
  const g = step.geometry;
  const pixels = g.height * g.width;
  const pixelStep = g.channelsLast ? g.channels : 1;
  const channelStep = g.channelsLast ? 1 : pixels;
  const saturated = saturatorOf(context.typeOf(step.results[0]));
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const affine = memory.float32(step.operands[1]);
      const y = memory.any(step.results[0]);
      for (let c = 0; c < g.channels; c++) {
        const scale = affine[c];
        const shift = affine[g.channels + c];
        const from = (g.swapRedBlue && c < 3 ? 2 - c : c) * channelStep;
        for (let i = 0; i < pixels; i++) {
          const value = Math.fround(x[from + i * pixelStep] * scale) + shift;
          y[i * g.channels + c] = saturated(Math.fround(value));
        }
      }
    },
  };
}
