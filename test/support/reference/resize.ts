/** ONNX's Resize by its definition, a value at a time. Scales are float32 arithmetic, sizes are ratios of whole numbers. */
export interface ResizeCase {
  /** Of two spatial axes, as all pairs here. */
  readonly input: readonly [number, number];
  /** One of the two. */
  readonly scales?: readonly [number, number];
  readonly sizes?: readonly [number, number];
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates: string;
  readonly nearest: string;
  readonly cubicA: number;
  readonly excludeOutside: boolean;
  readonly antialias: boolean;
  readonly policy: 'stretch' | 'not_larger' | 'not_smaller';
  /** Starts and ends of the axes, for tf_crop_and_resize. */
  readonly roi: readonly [number, number, number, number];
  readonly extrapolation: number;
}

interface Ratio {
  readonly p: number;
  readonly q: number;
}

interface Axis {
  readonly input: number;
  readonly output: number;
  readonly scale: number;
  readonly ratio: Ratio | undefined;
  readonly start: number;
  readonly end: number;
}

const f = Math.fround;

function axesOf({ input, scales, sizes, policy, roi }: ResizeCase): Axis[] {
  const region = (axis: number) => ({ start: f(roi[axis]), end: f(roi[axis + 2]) });
  if (scales !== undefined) {
    return input.map((length, axis) => {
      const scale = f(scales[axis]);
      return { input: length, output: Math.floor(f(length * scale)), scale, ratio: undefined, ...region(axis) };
    });
  }
  const ratios = input.map((q, axis): Ratio => ({ p: (sizes as readonly number[])[axis], q }));
  const inOrder = [...ratios].sort((a, b) => f(a.p / a.q) - f(b.p / b.q));
  return input.map((length, axis) => {
    const ratio = { stretch: ratios[axis], not_larger: inOrder[0], not_smaller: inOrder[1] }[policy];
    const scale = f(ratio.p / ratio.q);
    const output = policy === 'stretch' ? ratio.p : Math.round(f(scale * length));
    return { input: length, output, scale, ratio, ...region(axis) };
  });
}

function scaledPosition(i: number, { input, output, scale }: Axis, coordinates: string): number {
  const half = f(f(f(i + 0.5) / scale) - 0.5);
  switch (coordinates) {
    case 'asymmetric':
      return f(i / scale);
    case 'half_pixel':
      return half;
    case 'tf_half_pixel_for_nn':
      return f(f(i + 0.5) / scale);
    case 'half_pixel_symmetric':
      return f(f((input / 2) * f(1 - f(output / f(scale * input)))) + (i + 0.5) / scale - 0.5);
    default:
      throw new Error(coordinates);
  }
}

/** As a fraction of whole numbers. */
function exactPosition(i: number, { input, output }: Axis, { p, q }: Ratio, coordinates: string): [number, number] {
  switch (coordinates) {
    case 'asymmetric':
      return [i * q, p];
    case 'half_pixel':
      return [(2 * i + 1) * q - p, 2 * p];
    case 'tf_half_pixel_for_nn':
      return [(2 * i + 1) * q, 2 * p];
    case 'half_pixel_symmetric':
      // input/2 · (1 − output / (input · p/q)) + (i + ½) · q/p − ½
      return [p * input - q * output + (2 * i + 1) * q - p, 2 * p];
    default:
      throw new Error(coordinates);
  }
}

/** The position, as a fraction. Of a scale it is a float32, which is a fraction over a power of two. */
function positionOf(i: number, axis: Axis, coordinates: string): [number, number] {
  const { input, output, start, end, ratio } = axis;
  if (coordinates === 'align_corners') return output === 1 ? [0, 1] : [i * (input - 1), output - 1];
  if (coordinates === 'tf_crop_and_resize') {
    if (output === 1) return [f(0.5 * f(start + end) * (input - 1)), 1];
    return [f(f(start * (input - 1)) + f(f(f(i * f(end - start)) * (input - 1)) / (output - 1))), 1];
  }
  if (coordinates === 'pytorch_half_pixel') return output === 1 ? [0, 1] : positionOf(i, axis, 'half_pixel');
  return ratio === undefined ? [scaledPosition(i, axis, coordinates), 1] : exactPosition(i, axis, ratio, coordinates);
}

/** Whole numbers are divided as such, so that no rounding tells on which side of a half something lies. */
function nearestIndex([n, d]: [number, number], mode: string, scale: number): number {
  const whole = Math.floor(n / d);
  const rest = n - whole * d;
  // A float32 that is all but a half stands for the half.
  const isHalf = Math.abs(rest / d - 0.5) <= 1e-6;
  switch (mode) {
    case 'floor':
      return whole;
    case 'ceil':
      return rest === 0 ? whole : whole + 1;
    case 'before opset 11':
      return rest === 0 || scale >= 1 ? whole : whole + 1;
    case 'round_prefer_floor':
      return !isHalf && 2 * rest > d ? whole + 1 : whole;
    case 'round_prefer_ceil':
      return isHalf || 2 * rest > d ? whole + 1 : whole;
    default:
      throw new Error(mode);
  }
}

function kernel(mode: string, a: number, distance: number): number {
  const d = Math.abs(distance);
  if (mode === 'linear') return Math.max(0, 1 - d);
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * (d ** 3 - 5 * d ** 2 + 8 * d - 4) : 0;
}

/** Which inputs an output mixes; null where it lies outside of the region that there is. */
function weightsOf(i: number, axis: Axis, how: ResizeCase): Map<number, number> | null {
  // What keeps its length by a scale of 1 is not touched, though tf_half_pixel_for_nn would shift it.
  const stays = axis.scale === 1 || (how.antialias && axis.output === axis.input);
  if (stays && how.coordinates !== 'tf_crop_and_resize') return new Map([[i, 1]]);
  const fraction = positionOf(i, axis, how.coordinates);
  const position = fraction[0] / fraction[1];
  const last = axis.input - 1;
  if (how.coordinates === 'tf_crop_and_resize' && (position < 0 || position > last)) return null;
  const clamped = (index: number) => Math.min(last, Math.max(0, index));
  if (how.mode === 'nearest') return new Map([[clamped(nearestIndex(fraction, how.nearest, axis.scale)), 1]]);
  const squeeze = how.antialias ? Math.min(1, axis.scale) : 1;
  const reach = Math.ceil(2 / squeeze) + 1;
  const weights = new Map<number, number>();
  let total = 0;
  for (let index = Math.floor(position) - reach; index <= Math.floor(position) + reach; index++) {
    if (how.excludeOutside && index !== clamped(index)) continue;
    const weight = kernel(how.mode, f(how.cubicA), (index - position) * squeeze);
    weights.set(clamped(index), (weights.get(clamped(index)) ?? 0) + weight);
    total += weight;
  }
  return new Map([...weights].map(([index, weight]) => [index, weight / total]));
}

export interface ResizeResult {
  readonly shape: readonly [number, number];
  readonly values: Float64Array;
  /** Σ|weight · x| of each value, which its error is measured by. */
  readonly magnitudes: Float64Array;
}

/** Of an image of one channel. */
export function resizeReference(x: Float32Array, how: ResizeCase): ResizeResult {
  const [rows, columns] = axesOf(how);
  const same = rows.output === rows.input && columns.output === columns.input;
  const shape = [rows.output, columns.output] as const;
  if (same && how.coordinates !== 'tf_crop_and_resize') {
    return { shape, values: Float64Array.from(x), magnitudes: Float64Array.from(x, Math.abs) };
  }
  const values = new Float64Array(rows.output * columns.output);
  const magnitudes = new Float64Array(values.length);
  const downs = Array.from({ length: rows.output }, (_, i) => weightsOf(i, rows, how));
  const acrosses = Array.from({ length: columns.output }, (_, i) => weightsOf(i, columns, how));
  for (let flat = 0; flat < values.length; flat++) {
    const down = downs[Math.floor(flat / columns.output)];
    const across = acrosses[flat % columns.output];
    if (down === null || across === null) {
      values[flat] = how.extrapolation;
      magnitudes[flat] = Math.abs(how.extrapolation);
      continue;
    }
    for (const [row, downWeight] of down) {
      for (const [column, weight] of across) {
        const term = downWeight * weight * x[row * columns.input + column];
        values[flat] += term;
        magnitudes[flat] += Math.abs(term);
      }
    }
  }
  return { shape, values, magnitudes };
}
