import { parseBenchShape } from './benchdnn.js';
import { LAYERS } from './layers.js';
import { CLASSIFIERS } from './networks/classifiers.js';
import { DETECTORS } from './networks/detectors.js';
import { POOLINGS } from './networks/poolings.js';
import type { BenchShape, ConvShape, PoolShape } from './shape.js';

/** One shape to be measured. */
export interface SuiteShape<S extends BenchShape = BenchShape> {
  readonly suite: string;
  /** Unique in its suite: `vgg_3x3_256_56`, or the network and the layer, `alexnet:conv1`. */
  readonly name: string;
  readonly shape: S;
}

/** The 24 convolutions that convkit is judged by. */
export function layersSuite(): SuiteShape<ConvShape>[] {
  return readLines(LAYERS).map(({ name, shape }) => ({ suite: 'layers', name, shape: only('conv', shape) }));
}

/** All convolutions of whole networks, each shape once a network. */
export function networksSuite(): SuiteShape<ConvShape>[] {
  return byNetwork({ ...CLASSIFIERS, ...DETECTORS }).map(({ name, shape }) => ({
    suite: 'networks',
    name,
    shape: only('conv', shape),
  }));
}

/** All poolings of whole networks, each shape once a network. */
export function poolSuite(): SuiteShape<PoolShape>[] {
  return byNetwork(POOLINGS).map(({ name, shape }) => ({ suite: 'pool', name, shape: only('pool', shape) }));
}

type Named = Omit<SuiteShape, 'suite'>;

function byNetwork(networks: Readonly<Record<string, string>>): Named[] {
  return Object.entries(networks).flatMap(([network, lines]) =>
    readLines(lines).map(({ name, shape }) => {
      const full = `${network}:${name}`;
      return { name: full, shape: { ...shape, name: full } };
    }),
  );
}

function readLines(lines: string): Named[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const shape = parseBenchShape(line);
      return { name: shape.name ?? line, shape };
    });
}

function only<K extends BenchShape['kind']>(kind: K, shape: BenchShape): Extract<BenchShape, { kind: K }> {
  if (shape.kind !== kind) throw new Error(`${shape.name} is no ${kind}`);
  return shape as Extract<BenchShape, { kind: K }>;
}
