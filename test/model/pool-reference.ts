/** A MaxPool, AveragePool or LpPool as ONNX writes it. */
export interface PoolNode {
  readonly kind: 'MaxPool' | 'AveragePool' | 'LpPool';
  readonly shape: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly autoPad: 'NOTSET' | 'VALID' | 'SAME_UPPER' | 'SAME_LOWER';
  /** All befores, then all afters. */
  readonly pads: readonly number[];
  readonly ceil: boolean;
  readonly countPadding: boolean;
  readonly p: number;
  readonly columnMajor: boolean;
}

interface Axis {
  readonly size: number;
  readonly outputs: number;
  readonly stride: number;
  readonly dilation: number;
  readonly kernel: number;
  readonly before: number;
  readonly after: number;
}

/** The output's spatial sizes, by the formulas of ONNX's MaxPool; ≤ 0 where no window fits. */
export function poolOutput(pool: PoolNode): number[] {
  return axesOf(pool).map(({ outputs }) => outputs);
}

function axesOf({
  shape,
  kernel: kernels,
  stride: strides,
  dilation: dilations,
  autoPad,
  pads,
  ceil,
}: PoolNode): Axis[] {
  return shape.slice(2).map((size, axis) => {
    const [kernel, stride, dilation] = [kernels[axis], strides[axis], dilations[axis]];
    const extent = (kernel - 1) * dilation + 1;
    let [before, after] = autoPad === 'NOTSET' ? [pads[axis], pads[axis + kernels.length]] : [0, 0];
    const spare = (size + before + after - extent) / stride;
    let outputs = (ceil ? Math.ceil(spare) : Math.floor(spare)) + 1;
    // A window that begins in the padding after the input does not count.
    if (ceil) while ((outputs - 1) * stride >= size + before) outputs--;
    if (autoPad.startsWith('SAME')) {
      outputs = Math.ceil(size / stride);
      const total = Math.max(0, (outputs - 1) * stride + extent - size);
      before = autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
      after = total - before;
    }
    return { size, outputs, stride, dilation, kernel, before, after };
  });
}

/** Whatever the pooling, by its definition, window after window; places are flat in the whole input. */
export function poolByDefinition(pool: PoolNode, x: ArrayLike<number>) {
  const axes = axesOf(pool);
  const [batch, channels, ...sizes] = pool.shape;
  const volume = sizes.reduce((a, b) => a * b, 1);
  const values: number[] = [];
  const places: (number | undefined)[] = [];
  for (let plane = 0; plane < batch * channels; plane++) {
    for (const at of product(axes.map(({ outputs }) => outputs))) {
      let [sum, counted, inside] = [0, 0, 0];
      let [max, place]: [number, number | undefined] = [Number.NEGATIVE_INFINITY, undefined];
      for (const tap of product(axes.map(({ kernel }) => kernel))) {
        const spot = axes.map(
          ({ stride, dilation, before }, axis) => at[axis] * stride - before + tap[axis] * dilation,
        );
        if (spot.every((s, axis) => s < axes[axis].size + axes[axis].after)) counted++;
        if (!spot.every((s, axis) => s >= 0 && s < axes[axis].size)) continue;
        inside++;
        const value = x[plane * volume + spot.reduce((flat, s, axis) => flat * sizes[axis] + s, 0)];
        sum += pool.kind === 'LpPool' ? Math.abs(value) ** pool.p : value;
        if (place === undefined || value > max) {
          max = value;
          place = plane * volume + flatPlace(spot, sizes, pool.columnMajor);
        }
      }
      if (pool.kind === 'MaxPool') values.push(max);
      else if (pool.kind === 'LpPool') values.push(sum ** (1 / pool.p));
      else values.push(inside === 0 ? 0 : sum / (pool.countPadding ? counted : inside));
      places.push(place);
    }
  }
  return { space: axes.map(({ outputs }) => outputs), values, places };
}

function flatPlace(spot: readonly number[], sizes: readonly number[], columnMajor: boolean): number {
  if (!columnMajor) return spot.reduce((flat, s, axis) => flat * sizes[axis] + s, 0);
  return spot.reduceRight((flat, s, axis) => flat * sizes[axis] + s, 0);
}

function* product(sizes: readonly number[]): Generator<readonly number[]> {
  if (sizes.length === 0) {
    yield [];
    return;
  }
  for (let i = 0; i < sizes[0]; i++) for (const rest of product(sizes.slice(1))) yield [i, ...rest];
}
