import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { BenchError } from '../../src/bench/bench-error.js';
import { type BenchResult, parseResult, serializeResult } from '../../src/bench/result.js';
import { caseOf, resultOf } from './noisy-results.js';

const SAMPLE: BenchResult = {
  ...resultOf([
    caseOf('conv [1,  2]', [1.5, 0.25, 3], { algorithm: 'winograd', operations: 2e9, bytes: 4096 }),
    caseOf('conv [1,  2]', [2.5], { algorithm: 'gemm', operations: 0, bytes: 0 }),
    caseOf('conv [1,  2]', [2], { side: 'onnxruntime-node' }),
    caseOf('large', [], { error: 'out of memory' }),
  ]),
  roof: { gflops: 91.5, bandwidth: 12.25 },
};

const schemaFile = new URL('../../docs/bench-result.schema.json', import.meta.url);
const fitsSchema = new Ajv2020({ strictRequired: false, strictTypes: false }).compile(
  JSON.parse(readFileSync(schemaFile, 'utf8')),
);

type Path = readonly (string | number)[];
type Json = Record<string | number, unknown>;

/** The sample with the value at a path replaced, or taken out. */
function changed(path: Path, value?: unknown): Json {
  const copy = structuredClone(SAMPLE) as unknown as Json;
  const parent = path.slice(0, -1).reduce<Json>((node, key) => node[key] as Json, copy);
  const last = path.at(-1)!;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** All places of the sample, of lists the first two items. */
function* places(node: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof node !== 'object' || node === null) return;
  for (const key of Array.isArray(node) ? node.slice(0, 2).keys() : Object.keys(node)) {
    yield* places((node as Json)[key], [...path, key]);
  }
}

function refusal(document: unknown): string | undefined {
  try {
    parseResult(JSON.stringify(document), 'a.json');
  } catch (error) {
    expect(error).toBeInstanceOf(BenchError);
    return (error as BenchError).message;
  }
  return undefined;
}

function pathText(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1);
}

describe('a result file', () => {
  it('comes back as it was written, and fits the published schema', () => {
    const text = serializeResult(SAMPLE);
    expect(parseResult(text, 'a.json')).toEqual(SAMPLE);
    expect(fitsSchema(JSON.parse(text)), JSON.stringify(fitsSchema.errors)).toBe(true);
    expect(text).toContain('"samples": [ 1.5, 0.25, 3 ]');
  });

  it('may have fields of a later version, which are left out', () => {
    const document = { ...SAMPLE, colour: 'red', cases: SAMPLE.cases.map((one) => ({ ...one, mood: 7 })) };
    expect(parseResult(JSON.stringify(document), 'a.json')).toEqual(SAMPLE);
    expect(fitsSchema(document)).toBe(true);
  });

  it('is judged alike by the parser and by the schema, whatever field is missing or wrong', () => {
    const wrong = [undefined, null, 0, 1, -1, 0.5, 1e300, '', 'text', [], {}, true, [1], [-1, 2, 3], [1, 2, 3], ['']];
    let accepted = 0;
    let refused = 0;
    for (const path of places(SAMPLE)) {
      for (const value of wrong) {
        // Removing an item of a list leaves a hole, which JSON turns into null.
        const document = JSON.parse(JSON.stringify(changed(path, value)));
        const message = refusal(document);
        const what = `${pathText(path)} = ${JSON.stringify(value)}: ${message ?? 'accepted'}`;
        // Only the parser sees that two cases have the same name.
        if (message?.includes('is the same case as')) continue;
        expect(fitsSchema(document), what).toBe(message === undefined);
        if (message === undefined) accepted++;
        else refused++;
      }
    }
    expect(accepted).toBeGreaterThan(80);
    expect(refused).toBeGreaterThan(400);
  });

  it.each([
    [
      ['schema'],
      'convkit-bench/2',
      'schema must be \'convkit-bench/1\', the version that this convkit knows, got "convkit-bench/2"',
    ],
    [['environment', 'cpu'], undefined, 'environment.cpu must be a string that is not empty, got nothing'],
    [['environment', 'threads'], 1.5, 'environment.threads must be a whole number from 1, got 1.5'],
    [['environment', 'load'], [1, 2], 'environment.load must be a list of 3 numbers, got [1,2]'],
    [['cases', 1, 'samples', 0], -3, 'cases[1].samples[0] must be a number above 0, got -3'],
    [['cases', 0, 'samples', 2], null, 'cases[0].samples[2] must be a number above 0, got null'],
    [['cases', 0, 'operations'], 'many', 'cases[0].operations must be a number of 0 or above, got "many"'],
    [['cases', 0], 7, 'cases[0] must be a JSON object, got 7'],
    [['created'], 'yesterday', 'created must be a date and time of ISO 8601, got "yesterday"'],
    [['created'], '2026-13-01T00:00:00Z', 'created must be a date and time of ISO 8601, got "2026-13-01T00:00:00Z"'],
    [['cases', 0, 'error'], 'late', 'cases[0].samples must be empty where there is an error, got [1.5,0.25,3]'],
    [['cases', 0, 'samples'], [], 'cases[0].samples must be of at least one time, or explained by `error`, got []'],
  ] as const)('is refused for %j = %j, by the name of the place', (path, value, message) => {
    expect(refusal(changed(path, value))).toBe(`a.json: ${message}`);
  });

  it('is refused where two cases cannot be told apart', () => {
    expect(refusal(changed(['cases', 1, 'algorithm'], 'winograd'))).toBe(
      'a.json: cases[1] is the same case as cases[0]: layers/conv [1,  2] (winograd, 1 thread)',
    );
  });

  it('is refused where it is not JSON, or no object', () => {
    expect(() => parseResult('{"schema":', 'a.json')).toThrow(/^a\.json: not JSON: /);
    expect(() => parseResult('[]', 'a.json')).toThrow('a.json: the document must be a JSON object, got []');
  });

  it('does not find in a prototype what the file lacks', () => {
    expect(refusal({ ...changed(['cases']), __proto__: null })).toBe('a.json: cases must be a list, got nothing');
    expect(() => parseResult('{"schema":{"constructor":1}}', 'a.json')).toThrow('a.json: schema must be');
  });
});

describe('writing a result', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])(
    'refuses a time of %d, which JSON would call null or a reader refuse',
    (time) => {
      const result = resultOf([caseOf('conv', [1, time])]);
      expect(() => serializeResult(result)).toThrow(
        `the result: cases[0].samples[1] must be a number above 0, got ${time}`,
      );
    },
  );
});
