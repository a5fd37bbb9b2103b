import type { Backend } from '../../../src/backend/backend.js';
import { createTypeScriptBackend } from '../../../src/backend/typescript/backend.js';
import type { ConvGeometry, Window } from '../../../src/geometry/records.js';
import { ProgramBuilder, type StepExtras } from '../../../src/program/builder.js';
import type { SlotArray } from '../../../src/program/program.js';
import { type GeometryOf, NO_SLOT, type SlotId, STEP_TABLE, type StepKind } from '../../../src/program/step.js';

export const backend: Backend = createTypeScriptBackend();

/** A step to run alone: its operands by value, the size of each result, and which operands are constants. */
export interface SingleStep<Kind extends StepKind> {
  readonly kind: Kind;
  readonly geometry: GeometryOf<Kind>;
  readonly operands: readonly (SlotArray | undefined)[];
  readonly resultSizes: readonly (number | undefined)[];
  readonly extras?: StepExtras;
  readonly constants?: readonly number[];
}

/** Runs a program of one step; results that are called 'indices' are int32. */
export function runStep<Kind extends StepKind>(step: SingleStep<Kind>): SlotArray[] {
  const builder = new ProgramBuilder();
  const inputs: SlotArray[] = [];
  const operands = step.operands.map((data, i): SlotId => {
    if (data === undefined) return NO_SLOT;
    if (step.constants?.includes(i)) return builder.constant(data as Float32Array);
    inputs.push(data);
    return builder.input(data.length, data instanceof Int32Array ? 'int32' : 'float32');
  });
  const outputs: SlotArray[] = [];
  const types = step.kind === 'transpose' && step.operands[0] instanceof Int32Array ? ['indices'] : undefined;
  const results = step.resultSizes.map((size, i): SlotId => {
    if (size === undefined) return NO_SLOT;
    const name = (types ?? STEP_TABLE[step.kind].results)[i];
    const isIndex = name.startsWith('indices');
    outputs.push(isIndex ? new Int32Array(size).fill(-7) : new Float32Array(size).fill(-7));
    return builder.slot(size, isIndex ? 'int32' : 'float32');
  });
  builder.step(step.kind, step.geometry, operands, results, step.extras);
  for (const slot of results) if (slot !== NO_SLOT) builder.output(slot);
  const executable = backend.compile(builder.build());
  executable.run(inputs, outputs);
  executable.dispose();
  return outputs;
}

/** A small deterministic generator (mulberry32), so that failures repeat. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Small integers: sums of their products are exact in float32, so results compare for equality. */
export function integers(size: number, seed: number, limit = 3): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: size }, () => Math.floor(next() * (2 * limit + 1)) - limit);
}

export function uniform(size: number, seed: number): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: size }, () => 2 * next() - 1);
}

type Triple = readonly [number, number, number];
type Pads = readonly [front: number, back: number, top: number, bottom: number, left: number, right: number];

export interface WindowOptions {
  readonly input: Triple;
  readonly kernel: Triple;
  readonly stride?: Triple;
  readonly dilation?: Triple;
  readonly pads?: Pads;
  /** Where it is not what the formula of a convolution gives. */
  readonly output?: Triple;
}

export function windowOf(options: WindowOptions): Window {
  const { input, kernel, stride = [1, 1, 1], dilation = [1, 1, 1], pads = [0, 0, 0, 0, 0, 0] } = options;
  const [outputDepth, outputHeight, outputWidth] =
    options.output ??
    input.map((n, i) =>
      Math.floor((n + pads[2 * i] + pads[2 * i + 1] - dilation[i] * (kernel[i] - 1) - 1) / stride[i] + 1),
    );
  return {
    inputDepth: input[0],
    inputHeight: input[1],
    inputWidth: input[2],
    outputDepth,
    outputHeight,
    outputWidth,
    kernelDepth: kernel[0],
    kernelHeight: kernel[1],
    kernelWidth: kernel[2],
    strideDepth: stride[0],
    strideHeight: stride[1],
    strideWidth: stride[2],
    dilationDepth: dilation[0],
    dilationHeight: dilation[1],
    dilationWidth: dilation[2],
    padFront: pads[0],
    padBack: pads[1],
    padTop: pads[2],
    padBottom: pads[3],
    padLeft: pads[4],
    padRight: pads[5],
  };
}

/** Every tap of every window: output and input positions, and whether the input position exists. */
export function* taps(window: Window): Generator<{ output: number; tap: number; input: number; inside: boolean }> {
  const w = window;
  let output = 0;
  for (let od = 0; od < w.outputDepth; od++)
    for (let oh = 0; oh < w.outputHeight; oh++)
      for (let ow = 0; ow < w.outputWidth; ow++, output++) {
        let tap = 0;
        for (let kd = 0; kd < w.kernelDepth; kd++)
          for (let kh = 0; kh < w.kernelHeight; kh++)
            for (let kw = 0; kw < w.kernelWidth; kw++, tap++) {
              const d = od * w.strideDepth + kd * w.dilationDepth - w.padFront;
              const h = oh * w.strideHeight + kh * w.dilationHeight - w.padTop;
              const x = ow * w.strideWidth + kw * w.dilationWidth - w.padLeft;
              const inside = d >= 0 && d < w.inputDepth && h >= 0 && h < w.inputHeight && x >= 0 && x < w.inputWidth;
              yield { output, tap, input: (d * w.inputHeight + h) * w.inputWidth + x, inside };
            }
      }
}

export const inputSize = (w: Window) => w.inputDepth * w.inputHeight * w.inputWidth;
export const outputSize = (w: Window) => w.outputDepth * w.outputHeight * w.outputWidth;
export const kernelSize = (w: Window) => w.kernelDepth * w.kernelHeight * w.kernelWidth;

export interface ConvOptions extends WindowOptions {
  readonly batch?: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups?: number;
}

export function convGeometry(options: ConvOptions): ConvGeometry {
  const { batch = 1, inChannels, outChannels, groups = 1 } = options;
  return { batch, inChannels, outChannels, groups, ...windowOf(options) };
}

/** The definition, in plain loops: y[n, oc, o] = Σ x[n, ic, o·stride + k·dilation − pad] · weight[oc, ic, k]. */
export function naiveConv(geometry: ConvGeometry, x: Float32Array, weight: Float32Array): Float32Array {
  const { batch, inChannels, outChannels, groups } = geometry;
  const [inputs, outputs] = [inChannels / groups, outChannels / groups];
  const sums = new Float64Array(batch * outChannels * outputSize(geometry));
  for (let n = 0; n < batch; n++)
    for (let oc = 0; oc < outChannels; oc++)
      for (let ic = 0; ic < inputs; ic++) {
        const plane = (n * inChannels + Math.floor(oc / outputs) * inputs + ic) * inputSize(geometry);
        for (const { output, tap, input, inside } of taps(geometry)) {
          const value = inside ? x[plane + input] : 0;
          const factor = weight[(oc * inputs + ic) * kernelSize(geometry) + tap];
          sums[(n * outChannels + oc) * outputSize(geometry) + output] += value * factor;
        }
      }
  return Float32Array.from(sums);
}
