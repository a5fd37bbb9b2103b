import { types } from 'node:util';
import { ArgumentError, ModelError } from '../errors.js';
import { closest } from '../geometry/options.js';
import { formatShape, sameShape } from '../shape.js';
import { coerceTensor, type Tensor } from '../tensor.js';
import { describe, isPlainObject } from '../values.js';
import type { Weights } from '../weights/safetensors.js';
import type { Parameter } from './parameter.js';

/** PyTorch's count of training batches, which inference has no use for. */
const IGNORED = /(^|\.)num_batches_tracked$/;

/**
 * Copies `weights` into the parameters of the same names, all or none.
 *
 * @throws ModelError that lists every missing, unexpected and mis-shaped name; ArgumentError where a value is no tensor
 * @see torch.nn.Module.load_state_dict
 */
export function loadParameters(layer: string, parameters: ReadonlyMap<string, Parameter>, weights: Weights): void {
  const given = readWeights(layer, weights);
  const missing = [...parameters.keys()].filter((name) => !given.has(name));
  const unexpected = [...given.keys()].filter((name) => !parameters.has(name));
  const problems = [
    ...(missing.length > 0 ? [`Missing key(s): ${missing.map(quote).join(', ')}`] : []),
    ...(unexpected.length > 0
      ? [`Unexpected key(s): ${unexpected.map((name) => suggest(name, missing)).join(', ')}`]
      : []),
    ...mismatches(parameters, given),
  ];
  if (problems.length > 0) throw new ModelError(`${layer}.load: ${problems.join('. ')}. Nothing was loaded`);
  for (const [name, parameter] of parameters) {
    const tensor = given.get(name);
    if (tensor !== undefined) parameter.assign(tensor.data);
  }
}

function readWeights(layer: string, weights: Weights): Map<string, Tensor> {
  if (!types.isMap(weights) && !isPlainObject(weights ?? {})) {
    throw new ArgumentError(
      `${layer}.load: weights must be tensors by name, as loadWeights gives, but got ${describe(weights)}`,
    );
  }
  const entries: Iterable<[string, unknown]> = types.isMap(weights) ? weights : Object.entries(weights ?? {});
  const given = new Map<string, Tensor>();
  for (const [name, value] of entries) {
    if (!IGNORED.test(name)) given.set(name, coerceTensor(value, `${layer}.load: ${quote(name)}`));
  }
  return given;
}

function mismatches(parameters: ReadonlyMap<string, Parameter>, given: ReadonlyMap<string, Tensor>): string[] {
  const found: string[] = [];
  for (const [name, { shape }] of parameters) {
    const tensor = given.get(name);
    if (tensor !== undefined && !sameShape(tensor.shape, shape)) {
      found.push(`size mismatch for ${name}: expected ${formatShape(shape)}, but got ${formatShape(tensor.shape)}`);
    }
  }
  return found;
}

function suggest(name: string, missing: readonly string[]): string {
  const likely = closest(name, missing);
  return likely === undefined ? quote(name) : `${quote(name)} (did you mean ${quote(likely)}?)`;
}

function quote(name: string): string {
  return `'${name}'`;
}
