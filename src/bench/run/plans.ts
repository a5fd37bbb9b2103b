import type { Algorithm } from '../../program/step.js';
import { BenchError } from '../bench-error.js';
import { parseBenchShape } from '../shapes/benchdnn.js';
import type { BenchShape } from '../shapes/shape.js';
import { layersSuite, networksSuite, poolSuite, type SuiteShape } from '../shapes/suites.js';
import type { Plan } from './cases.js';
import { convSubject } from './conv-subject.js';
import { imageSubjects } from './image-subjects.js';
import { modelFiles, modelName, modelSubject } from './model-subject.js';
import { overheadSubjects } from './overhead.js';
import { poolSubject } from './pool-subject.js';

/** The suites that have names; anything else on the command line is an ONNX file or a shape. */
export const SUITES = ['layers', 'networks', 'pool', 'models', 'image', 'overhead'] as const;
export type SuiteName = (typeof SUITES)[number];

/** Every way that `algorithm: 'all'` tries; those that cannot do a shape are left out. */
const ALGORITHMS: readonly Algorithm[] = ['direct', 'gemm', 'winograd', 'depthwise', 'fft'];

/** What to measure. */
export interface Selection {
  /** Suites, ONNX files, or shapes in benchdnn's notation. */
  readonly subjects: readonly string[];
  /** Parts of names, one of which a case must have; none for all. */
  readonly filters: readonly string[];
  readonly threads: readonly number[];
  readonly algorithm: Algorithm | 'all';
  /** Where the ONNX files of the suite 'models' are. */
  readonly models: string;
  /** Of every network's inputs; undefined for what they declare. */
  readonly inputShape: readonly number[] | undefined;
}

/**
 * Each case once, however often it is asked for, because a result file refuses to hold two of the same.
 *
 * @throws BenchError where a subject is neither a suite nor a shape, or where nothing is left to measure
 */
export function plansFor(selection: Selection): Plan[] {
  const { subjects, filters, threads } = selection;
  const chosen = [...new Set(subjects)]
    .flatMap((subject) => plansOf(subject, selection))
    .filter(({ name }) => filters.length === 0 || filters.some((part) => name.includes(part)));
  if (chosen.length === 0)
    throw new BenchError(`no case has ${filters.map((part) => `'${part}'`).join(' or ')} in its name`);
  return [...new Set(threads)].flatMap((count) => chosen.map((plan) => ({ ...plan, threads: count })));
}

type ThreadlessPlan = Omit<Plan, 'threads'>;

function plansOf(subject: string, { algorithm, models, inputShape }: Selection): ThreadlessPlan[] {
  const algorithms = algorithm === 'all' ? ALGORITHMS : [algorithm];
  const modelPlan = (file: string) => ({
    suite: 'models',
    name: modelName(file),
    prepare: () => modelSubject(file, inputShape),
  });
  switch (subject as SuiteName) {
    case 'layers':
      return layersSuite().flatMap((one) => shapePlans(one, algorithms));
    case 'networks':
      return networksSuite().flatMap((one) => shapePlans(one, algorithms));
    case 'pool':
      return poolSuite().flatMap((one) => shapePlans(one, algorithms));
    case 'models':
      return modelFiles(models).map(modelPlan);
    case 'image':
      return [...imageSubjects()].map(([name, prepare]) => ({ suite: 'image', name, prepare }));
    case 'overhead':
      return [...overheadSubjects()].map(([name, prepare]) => ({ suite: 'overhead', name, prepare }));
    default:
      if (subject.endsWith('.onnx')) return [modelPlan(subject)];
      return shapePlans({ suite: 'shapes', name: subject, shape: shapeOf(subject) }, algorithms);
  }
}

function shapeOf(text: string): BenchShape {
  if (/^[a-z]+$/.test(text)) throw new BenchError(`there is no suite '${text}': there are ${SUITES.join(', ')}`);
  return parseBenchShape(text);
}

function shapePlans({ suite, name, shape }: SuiteShape, algorithms: readonly Algorithm[]): ThreadlessPlan[] {
  if (shape.kind === 'pool') return [{ suite, name, prepare: () => poolSubject(shape) }];
  return algorithms.map((algorithm) => ({
    suite,
    // With one algorithm the name says enough; with several, what a case is called must not depend on what can do it.
    name: algorithms.length === 1 ? name : `${name}:${algorithm}`,
    prepare: () => convSubject(shape, algorithm),
  }));
}
