/**
 * What the values of a tensor are in the file; in memory they are float32, or doubles where that could lose some.
 *
 * @inline
 */
export type ElementType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'string';

/**
 * A constant of the file. Floats are float32 (float64 stays as it is); integers and booleans are whole numbers in a
 * Float64Array. Those beyond ±2^53 become ±2^63, which keeps their sense where they stand for "to the end".
 * `data` may be a view of the bytes that the model was read from.
 */
export interface OnnxTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** `graph` and `other` (sparse tensors, types, lists of tensors, text tensors) only tell that something is there. */
export type OnnxAttribute =
  | { readonly kind: 'float' | 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'floats' | 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'graph' | 'other'; readonly value: undefined };

export interface OnnxNode {
  /** 'Conv', 'MaxPool', … */
  readonly operator: string;
  /** '' for the default domain, which files also call 'ai.onnx'. */
  readonly domain: string;
  readonly name: string;
  /** Names of values; '' where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxValueInfo {
  readonly name: string;
  readonly type: ElementType;
  /** −1 for a free dimension; undefined where not even the rank is known. */
  readonly shape: readonly number[] | undefined;
}

/**
 * A file's graph after every check that needs no knowledge of operators: names are unique, nodes stand in an order in
 * which they can run, and whatever is read is an input, a constant or the output of a node before.
 *
 * @see https://github.com/onnx/onnx/blob/main/docs/IR.md
 */
export interface OnnxGraph {
  readonly name: string;
  /** Version of the default domain's operators. */
  readonly opset: number;
  /** Versions by domain, the default one under ''. */
  readonly opsets: ReadonlyMap<string, number>;
  /** Name and version of the program that wrote the file, as far as it tells. */
  readonly producer: string;
  readonly nodes: readonly OnnxNode[];
  /** Without the initializers, which old files list as inputs too. */
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
}
