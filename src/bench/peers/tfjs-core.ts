/** What is used of @tensorflow/tfjs-core. */
export interface Tf {
  readonly fused: {
    conv2d(arguments_: FusedConvolution): TfTensor;
    depthwiseConv2d(arguments_: FusedConvolution): TfTensor;
  };
  enableProdMode(): void;
  setBackend(name: string): Promise<boolean>;
  tensor(data: Float32Array, shape: readonly number[]): TfTensor;
  maxPool(x: TfTensor, kernelSize: Pair, stride: Pair, padding: Padding, rounding: 'floor'): TfTensor;
  avgPool(x: TfTensor, kernelSize: Pair, stride: Pair, padding: Padding, rounding: 'floor'): TfTensor;
  transpose(x: TfTensor, axes: readonly number[]): TfTensor;
  tidy<T>(work: () => T): T;
  dispose(tensors: readonly Disposable[]): void;
}

export interface Disposable {
  dispose(): void;
}

export interface TfTensor extends Disposable {
  dataSync(): Float32Array;
}

export interface FusedConvolution {
  readonly x: TfTensor;
  readonly filter: TfTensor;
  readonly strides: Pair;
  readonly pad: Padding;
  readonly dataFormat: 'NHWC';
  readonly dilations: Pair;
  readonly dimRoundingMode: 'floor';
  readonly bias?: TfTensor;
}

type Pair = readonly [number, number];
type Sides = readonly [before: number, after: number];

/** NHWC. */
export type Padding = readonly [Sides, Sides, Sides, Sides];
