import type { AdaptivePoolGeometry, Window } from '../../geometry/records.js';

/** Where each window of one axis lies inside the input. */
export interface AxisWindows {
  readonly outputs: number;
  /** First and one past the last input position of each window, clipped to the input. */
  readonly first: Int32Array;
  readonly end: Int32Array;
  /** Distance from one tap to the next. */
  readonly step: number;
  /** Taps of each window inside the input and its padding; what ceil mode adds beyond does not count. */
  readonly spans: Int32Array;
  readonly inputSize: number;
}

export type VolumeWindows = readonly [depth: AxisWindows, height: AxisWindows, width: AxisWindows];

interface Axis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
  readonly padAfter: number;
}

/** The windows of a sliding pooling. */
export function slidingWindows(window: Window): VolumeWindows {
  return [
    slidingAxis({
      input: window.inputDepth,
      output: window.outputDepth,
      kernel: window.kernelDepth,
      stride: window.strideDepth,
      dilation: window.dilationDepth,
      padBefore: window.padFront,
      padAfter: window.padBack,
    }),
    slidingAxis({
      input: window.inputHeight,
      output: window.outputHeight,
      kernel: window.kernelHeight,
      stride: window.strideHeight,
      dilation: window.dilationHeight,
      padBefore: window.padTop,
      padAfter: window.padBottom,
    }),
    slidingAxis({
      input: window.inputWidth,
      output: window.outputWidth,
      kernel: window.kernelWidth,
      stride: window.strideWidth,
      dilation: window.dilationWidth,
      padBefore: window.padLeft,
      padAfter: window.padRight,
    }),
  ];
}

function slidingAxis(axis: Axis): AxisWindows {
  const { input, output, kernel, stride, dilation, padBefore, padAfter } = axis;
  const windows = emptyWindows(output, dilation, input);
  for (let i = 0; i < output; i++) {
    const start = i * stride - padBefore;
    const end = start + (kernel - 1) * dilation + 1;
    windows.first[i] = start < 0 ? start + Math.ceil(-start / dilation) * dilation : start;
    windows.end[i] = Math.min(end, input);
    windows.spans[i] = Math.ceil((Math.min(end, input + padAfter) - start) / dilation);
  }
  return windows;
}

/** The windows of an adaptive pooling: window i covers floor(i·n/out) … ceil((i+1)·n/out). */
export function adaptiveWindows(geometry: AdaptivePoolGeometry): VolumeWindows {
  return [
    adaptiveAxis(geometry.inputDepth, geometry.outputDepth),
    adaptiveAxis(geometry.inputHeight, geometry.outputHeight),
    adaptiveAxis(geometry.inputWidth, geometry.outputWidth),
  ];
}

function adaptiveAxis(input: number, output: number): AxisWindows {
  const windows = emptyWindows(output, 1, input);
  for (let i = 0; i < output; i++) {
    windows.first[i] = Math.floor((i * input) / output);
    windows.end[i] = Math.ceil(((i + 1) * input) / output);
    windows.spans[i] = windows.end[i] - windows.first[i];
  }
  return windows;
}

function emptyWindows(outputs: number, step: number, inputSize: number): AxisWindows {
  return {
    outputs,
    first: new Int32Array(outputs),
    end: new Int32Array(outputs),
    step,
    spans: new Int32Array(outputs),
    inputSize,
  };
}

/** Values in one output plane. */
export function outputsOf([depth, height, width]: VolumeWindows): number {
  return depth.outputs * height.outputs * width.outputs;
}

/** Values in one input plane. */
export function inputsOf([depth, height, width]: VolumeWindows): number {
  return depth.inputSize * height.inputSize * width.inputSize;
}

/** Calls `visit` with the output index and the places on the three axes of each window of a plane. */
export function forEachWindow(
  [depth, height, width]: VolumeWindows,
  visit: (output: number, od: number, oh: number, ow: number) => void,
): void {
  let output = 0;
  for (let od = 0; od < depth.outputs; od++) {
    for (let oh = 0; oh < height.outputs; oh++) {
      for (let ow = 0; ow < width.outputs; ow++) visit(output++, od, oh, ow);
    }
  }
}

/** Taps of window o inside the input; 0 where it lies in the padding entirely. */
export function tapsInside({ first, end, step }: AxisWindows, o: number): number {
  return Math.max(0, Math.ceil((end[o] - first[o]) / step));
}
