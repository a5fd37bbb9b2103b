import type { Im2colGeometry } from '../../geometry/records.js';
import type { Col2imStep, Im2colStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { scratch } from './scratch.js';
import { inputVolume, kernelVolume, outputVolume, PaddedVolume } from './volume.js';

/** Writes each window as a column: y[batch, channel·taps, window]. */
export function compileIm2col(step: Im2colStep): CompiledStep {
  const { geometry } = step;
  const { volume, planes, taps, windows, starts, offsets } = columnsOf(geometry);
  const imageSize = inputVolume(geometry);
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      const image = scratch('image', volume.size);
      for (let plane = 0; plane < planes; plane++) {
        volume.fill(x, plane * imageSize, 1, image);
        for (let tap = 0; tap < taps; tap++) {
          const at = (plane * taps + tap) * windows;
          for (let i = 0; i < windows; i++) y[at + i] = image[starts[i] + offsets[tap]];
        }
      }
    },
  };
}

/** Sums columns into the image: the adjoint of im2col. What falls into the padding is dropped. */
export function compileCol2im(step: Col2imStep): CompiledStep {
  const { geometry } = step;
  const { volume, planes, taps, windows, starts, offsets } = columnsOf(geometry);
  const imageSize = inputVolume(geometry);
  return {
    plan: PLAIN,
    run(memory) {
      const columns = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      const image = scratch('image', volume.size);
      for (let plane = 0; plane < planes; plane++) {
        image.fill(0, 0, volume.size);
        for (let tap = 0; tap < taps; tap++) {
          const at = (plane * taps + tap) * windows;
          for (let i = 0; i < windows; i++) image[starts[i] + offsets[tap]] += columns[at + i];
        }
        volume.crop(image, y, plane * imageSize);
      }
    },
  };
}

function columnsOf(geometry: Im2colGeometry) {
  const volume = new PaddedVolume(geometry);
  const windows = outputVolume(geometry);
  const starts = new Int32Array(windows);
  volume.pixelStarts(0, windows, starts);
  const planes = geometry.batch * geometry.channels;
  return { volume, planes, taps: kernelVolume(geometry), windows, starts, offsets: volume.tapOffsets(1) };
}
