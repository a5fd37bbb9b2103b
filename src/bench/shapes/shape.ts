import type { Sides } from '../../geometry/axes.js';

/** One number for each axis of an image. */
export type PerImageAxis<T = number> = readonly [height: T, width: T];

/** What convolutions and poolings have in common, with every size known and checked. */
export interface WindowShape {
  readonly name?: string;
  readonly batch: number;
  readonly inChannels: number;
  readonly input: PerImageAxis;
  readonly output: PerImageAxis;
  readonly kernelSize: PerImageAxis;
  readonly stride: PerImageAxis;
  readonly padding: PerImageAxis<Sides>;
  /** 1 is dense, as in PyTorch. */
  readonly dilation: PerImageAxis;
}

/** A convolution to be measured. */
export interface ConvShape extends WindowShape {
  readonly kind: 'conv';
  readonly outChannels: number;
  readonly groups: number;
}

/** A pooling to be measured; every channel is pooled by itself. */
export interface PoolShape extends WindowShape {
  readonly kind: 'pool';
  /** benchdnn's names; `avg_np` does not count the zeros of the padding, `avg_p` does. */
  readonly algorithm: PoolAlgorithm;
}

export const POOL_ALGORITHMS = ['max', 'avg_np', 'avg_p'] as const;
export type PoolAlgorithm = (typeof POOL_ALGORITHMS)[number];

export type BenchShape = ConvShape | PoolShape;
