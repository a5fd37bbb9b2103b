import { GRID_MODES, GRID_PADDING_MODES } from '../../../src/geometry/records.js';
import type { StepOfKind } from '../steps.js';
import { compareNumbers, lineAt } from './general-steps.js';

type Numbers = ArrayLike<number>;

/** Replaces every line of [outer, length, inner] by what `change` makes of it. */
function changeLines(
  x: Numbers,
  { outer, length, inner }: { outer: number; length: number; inner: number },
  change: (line: number[]) => number[],
): number[] {
  const lines = Array.from({ length: outer * inner }, (_, flat) => change(lineAt(x, length, inner, flat)));
  const changed = lines[0]?.length ?? 0;
  return Array.from({ length: outer * changed * inner }, (_, flat) => {
    const o = Math.floor(flat / (changed * inner));
    return lines[o * inner + (flat % inner)][Math.floor(flat / inner) % changed];
  });
}

export function gather({ geometry, operands: [x, indices] }: StepOfKind<'gather'>): number[][] {
  return [changeLines(x!, geometry, (line) => Array.from(indices!, (index) => line.at(index)!))];
}

export function topK({ geometry, operands: [x] }: StepOfKind<'topK'>): number[][] {
  const sign = geometry.largest === 1 ? -1 : 1;
  const chosen = (line: number[]) =>
    [...line.keys()].sort((a, b) => sign * compareNumbers(line[a], line[b]) || a - b).slice(0, geometry.k);
  return [
    changeLines(x!, geometry, (line) => chosen(line).map((place) => line[place])),
    changeLines(x!, geometry, chosen),
  ];
}

export function resample({ geometry, operands }: StepOfKind<'resample'>): number[][] {
  const [x, indices, weights, offset] = operands;
  const { outputLength, taps } = geometry;
  const sample = (line: number[], j: number) => {
    const terms = Array.from({ length: taps }, (_, t) => weights![j * taps + t] * line[indices![j * taps + t]]);
    return terms.reduce((sum, term) => sum + term, offset?.[j] ?? 0);
  };
  return [changeLines(x!, geometry, (line) => Array.from({ length: outputLength }, (_, j) => sample(line, j)))];
}

export function normalize({ geometry, operands: [x], extras }: StepOfKind<'normalize'>): number[][] {
  const { rows, length } = geometry;
  const mean = (line: number[]) => line.reduce((sum, value) => sum + value, 0) / line.length;
  return [
    changeLines(x!, { outer: rows, length, inner: 1 }, (line) => {
      const variance = mean(line.map((value) => (value - mean(line)) ** 2));
      return line.map((value) => (value - mean(line)) / Math.sqrt(variance + extras!.scalars![0]));
    }),
  ];
}

export function logSoftmax({ geometry, operands: [x] }: StepOfKind<'logSoftmax'>): number[][] {
  return [
    changeLines(x!, geometry, (line) => {
      const powers = line.map((value) => Math.exp(value));
      return powers.map((power) => Math.log(power / powers.reduce((sum, other) => sum + other)));
    }),
  ];
}

export function lrn({ geometry, operands: [x], extras }: StepOfKind<'lrn'>): number[][] {
  const { outer, channels, inner, size } = geometry;
  const [alpha, beta, bias] = extras!.scalars!;
  return [
    changeLines(x!, { outer, length: channels, inner }, (line) =>
      line.map((value, c) => {
        const near = line.filter((_, other) => {
          return other >= c - Math.floor((size - 1) / 2) && other <= c + Math.ceil((size - 1) / 2);
        });
        const squares = near.reduce((sum, other) => sum + other ** 2, 0);
        return value / (bias + (alpha * squares) / size) ** beta;
      }),
    ),
  ];
}

interface Box {
  readonly low: readonly [number, number];
  readonly high: readonly [number, number];
}

function boxOf([a, b, c, d]: readonly number[], centerPoint: number): Box {
  if (centerPoint === 1) return { low: [b - d / 2, a - c / 2], high: [b + d / 2, a + c / 2] };
  return { low: [Math.min(a, c), Math.min(b, d)], high: [Math.max(a, c), Math.max(b, d)] };
}

function overlap(p: Box, q: Box): number {
  const area = ({ low, high }: Box) => Math.max(0, high[0] - low[0]) * Math.max(0, high[1] - low[1]);
  const shared = area({
    low: [Math.max(p.low[0], q.low[0]), Math.max(p.low[1], q.low[1])],
    high: [Math.min(p.high[0], q.high[0]), Math.min(p.high[1], q.high[1])],
  });
  return shared === 0 ? 0 : shared / (area(p) + area(q) - shared);
}

/** Takes the best box that is left, again and again, and drops it and what covers it too much. */
export function nonMaxSuppression(step: StepOfKind<'nonMaxSuppression'>): number[][] {
  const { batches, classes, boxes, mostPerClass, centerPoint } = step.geometry;
  const [corners, scores] = step.operands.map((operand) => Array.from(operand!));
  const [iouThreshold, scoreThreshold] = step.extras!.scalars!;
  const rows: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const box = (i: number) => boxOf(corners.slice((batch * boxes + i) * 4, (batch * boxes + i + 1) * 4), centerPoint);
    for (let one = 0; one < classes; one++) {
      const score = (i: number) => scores[(batch * classes + one) * boxes + i];
      let left = Array.from({ length: boxes }, (_, i) => i).filter((i) => score(i) > scoreThreshold);
      for (let taken = 0; taken < mostPerClass && left.length > 0; taken++) {
        const best = left.reduce((most, i) => (score(i) > score(most) ? i : most));
        rows.push(batch, one, best);
        left = left.filter((i) => i !== best && !(overlap(box(i), box(best)) > iouThreshold));
      }
    }
  }
  const count = rows.length / 3;
  return [[...rows, ...new Array<number>(step.resultSizes[0] - rows.length).fill(0)], [count]];
}

/** The cubic kernel with A = −3/4 at any distance. */
function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return 1.25 * d ** 3 - 2.25 * d ** 2 + 1;
  return d < 2 ? -0.75 * (d ** 3 - 5 * d ** 2 + 8 * d - 4) : 0;
}

const tent = (distance: number) => Math.max(0, 1 - Math.abs(distance));

/** Folds at both edges until it is between them. */
function reflected(position: number, low: number, high: number): number {
  if (low === high) return low;
  let folded = position;
  while (folded < low || folded > high) folded = folded < low ? 2 * low - folded : 2 * high - folded;
  return folded;
}

/** The weight of each pixel of an axis, all of them, for one coordinate. */
function axisWeights(geometry: StepOfKind<'gridSample'>['geometry'], size: number, coordinate: number): number[] {
  const [mode, padding] = [GRID_MODES[geometry.mode], GRID_PADDING_MODES[geometry.paddingMode]];
  const [low, high] = geometry.alignCorners === 1 ? [0, size - 1] : [-0.5, size - 0.5];
  let at = low + ((coordinate + 1) / 2) * (high - low);
  if (mode === 'nearest') at = Math.abs(at % 1) === 0.5 ? 2 * Math.round(at / 2) : Math.round(at);
  if (padding === 'reflection') at = reflected(at, low, high);
  const kernel = mode === 'bicubic' ? cubic : tent;
  const weights = new Array<number>(size).fill(0);
  for (let pixel = Math.floor(at) - 2; pixel <= Math.floor(at) + 3; pixel++) {
    const weight = kernel(pixel - at);
    const place = padding === 'border' ? Math.min(Math.max(pixel, 0), size - 1) : pixel;
    const inside = padding === 'reflection' ? reflected(pixel, low, high) : place;
    if (weight !== 0 && inside >= 0 && inside < size) weights[inside] += weight;
  }
  return weights;
}

/** Every pixel times its weight: nearly all weights are 0. */
export function gridSample({ geometry, operands: [x, grid] }: StepOfKind<'gridSample'>): number[][] {
  const { batch, channels, inputHeight, inputWidth, outputHeight, outputWidth } = geometry;
  const outputs = outputHeight * outputWidth;
  const values = Array.from({ length: batch * channels * outputs }, (_, flat) => {
    const [plane, output] = [Math.floor(flat / outputs), flat % outputs];
    const at = 2 * (Math.floor(plane / channels) * outputs + output);
    const columns = axisWeights(geometry, inputWidth, grid![at]);
    const rows = axisWeights(geometry, inputHeight, grid![at + 1]);
    let sum = 0;
    for (const [i, row] of rows.entries()) {
      for (const [j, column] of columns.entries()) {
        const weight = row * column;
        if (weight !== 0) sum += weight * x![(plane * inputHeight + i) * inputWidth + j];
      }
    }
    return sum;
  });
  return [values];
}
