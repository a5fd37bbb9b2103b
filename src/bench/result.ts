import { BenchError } from './bench-error.js';
import { Field } from './fields.js';

/** The version that `parseResult` reads and `serializeResult` writes. */
export const RESULT_SCHEMA = 'convkit-bench/1';

/** Date.parse alone takes much that is no ISO 8601. */
const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** One run of the benchmark command: what was measured, and where. docs/bench-result.schema.json describes the file. */
export interface BenchResult {
  readonly schema: typeof RESULT_SCHEMA;
  /** ISO 8601, in UTC. */
  readonly created: string;
  /** The words of the command line. */
  readonly command: readonly string[];
  readonly environment: Environment;
  /** Of this machine, measured at the start. */
  readonly roof?: Roof;
  readonly cases: readonly BenchCase[];
}

/** The fingerprint of a machine and of what ran on it. */
export interface Environment {
  /** Version of the package. */
  readonly convkit: string;
  /** SHA-256 of the addon in hexadecimal digits; absent on the TypeScript backend. */
  readonly addon?: string;
  /** SHA-256 of the package's code beside the addon; absent where it was not known. */
  readonly build?: string;
  readonly backend: 'native' | 'typescript';
  readonly isa: string;
  readonly threads: number;
  /** Model name. */
  readonly cpu: string;
  /** Logical processors that this process may use. */
  readonly processors: number;
  /** Processors' worth of time, where a control group limits it. */
  readonly quota?: number;
  /** Bytes. */
  readonly memory: number;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  /** Average run queue of the last 1, 5 and 15 minutes, at the start. */
  readonly load: readonly number[];
}

/** The most that one thread could do on this machine. */
export interface Roof {
  /** Billions of floating-point operations a second: fused multiply-adds in registers, with the ISA that ran. */
  readonly gflops: number;
  /** GB/s, in a copy of a large array. */
  readonly bandwidth: number;
}

/** The times of one piece of work. Suite, name, side, threads and algorithm together are unique in a file. */
export interface BenchCase {
  readonly suite: string;
  readonly name: string;
  /** 'convkit' or a peer's name. */
  readonly side: string;
  readonly threads: number;
  /** That ran. */
  readonly algorithm?: string;
  /** Floating-point operations of the plain sum, one run. */
  readonly operations?: number;
  /** Input, weights and output, one run. */
  readonly bytes?: number;
  readonly runsPerSample: number;
  /** Milliseconds of one run, each the mean of `runsPerSample` runs in a row. Empty only where `error` says why. */
  readonly samples: readonly number[];
  readonly error?: string;
}

/** Equal for the same case in two files, and for no two cases of one. */
export function caseIdentity({ suite, name, side, threads, algorithm }: BenchCase): string {
  return JSON.stringify([suite, name, side, threads, algorithm]);
}

/** Names a case in a message or a table, as unique as the case is. */
export function caseLabel(one: BenchCase): string {
  const { suite, name, side, threads, algorithm } = one;
  const how = [...(algorithm === undefined ? [] : [algorithm]), `${threads} thread${threads === 1 ? '' : 's'}`];
  return `${suite}/${name} (${side === 'convkit' ? '' : `${side}, `}${how.join(', ')})`;
}

/**
 * Reads a result file. Fields it does not know are left out, so that a later version may add some.
 *
 * @param origin what messages call the file, normally its path
 * @throws BenchError that names the first field that is missing or wrong
 */
export function parseResult(text: string, origin: string): BenchResult {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new BenchError(`${origin}: not JSON: ${(cause as Error).message}`, { cause });
  }
  return readResult(new Field(origin, '', document));
}

/**
 * The text of a result file, one sample list a line.
 *
 * @throws BenchError where a field has a value that `parseResult` would refuse, and JSON might not even hold
 */
export function serializeResult(result: BenchResult): string {
  const text = JSON.stringify(readResult(new Field('the result', '', result)), undefined, 2);
  // A line feed inside of a JSON string is escaped: what this finds is never part of one.
  return `${text.replace(/\[\n[^[\]{}"]*\]/g, (numbers) => numbers.replace(/\s+/g, ' '))}\n`;
}

function readResult(document: Field): BenchResult {
  const schema = document.member('schema');
  if (schema.value !== RESULT_SCHEMA) schema.refuse(`'${RESULT_SCHEMA}', the version that this convkit knows`);
  const result: BenchResult = {
    schema: RESULT_SCHEMA,
    created: readDate(document.member('created')),
    command: document.member('command').list().map(readString),
    environment: readEnvironment(document.member('environment')),
    ...document.optional('roof', readRoof),
    cases: document.member('cases').list().map(readCase),
  };
  checkUnique(result.cases, document.origin);
  return result;
}

function readDate(field: Field): string {
  const text = field.text();
  if (!ISO_8601.test(text) || Number.isNaN(Date.parse(text))) field.refuse('a date and time of ISO 8601');
  return text;
}

/** Words of a command line may be empty. */
function readString(field: Field): string {
  return field.value === '' ? '' : field.text();
}

function readEnvironment(field: Field): Environment {
  const load = field.member('load');
  if (load.list().length !== 3) load.refuse('a list of 3 numbers');
  return {
    convkit: field.member('convkit').text(),
    ...field.optional('addon', (addon) => addon.text()),
    ...field.optional('build', (build) => build.text()),
    backend: field.member('backend').oneOf('native', 'typescript'),
    isa: field.member('isa').text(),
    threads: field.member('threads').count(),
    cpu: field.member('cpu').text(),
    processors: field.member('processors').count(),
    ...field.optional('quota', (quota) => quota.positive()),
    memory: field.member('memory').count(),
    node: field.member('node').text(),
    platform: field.member('platform').text(),
    arch: field.member('arch').text(),
    load: load.list().map((average) => average.nonNegative()),
  };
}

function readRoof(field: Field): Roof {
  return { gflops: field.member('gflops').positive(), bandwidth: field.member('bandwidth').positive() };
}

function readCase(field: Field): BenchCase {
  const one: BenchCase = {
    suite: field.member('suite').text(),
    name: field.member('name').text(),
    side: field.member('side').text(),
    threads: field.member('threads').count(),
    ...field.optional('algorithm', (algorithm) => algorithm.text()),
    ...field.optional('operations', (operations) => operations.nonNegative()),
    ...field.optional('bytes', (bytes) => bytes.nonNegative()),
    runsPerSample: field.member('runsPerSample').count(),
    samples: field
      .member('samples')
      .list()
      .map((sample) => sample.positive()),
    ...field.optional('error', (error) => error.text()),
  };
  const failed = one.error !== undefined;
  if (failed && one.samples.length > 0) field.member('samples').refuse('empty where there is an error');
  if (!failed && one.samples.length === 0)
    field.member('samples').refuse('of at least one time, or explained by `error`');
  return one;
}

function checkUnique(cases: readonly BenchCase[], origin: string): void {
  const places = new Map<string, number>();
  cases.forEach((one, index) => {
    const key = caseIdentity(one);
    const earlier = places.get(key);
    if (earlier !== undefined) {
      throw new BenchError(`${origin}: cases[${index}] is the same case as cases[${earlier}]: ${caseLabel(one)}`);
    }
    places.set(key, index);
  });
}
