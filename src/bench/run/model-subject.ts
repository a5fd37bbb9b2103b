import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadModel, type ModelValue } from '../../model/index.js';
import { Tensor } from '../../tensor.js';
import { BenchError } from '../bench-error.js';
import { bytesOf, type ComparableSubject, type ModelWork, uniform } from './subject.js';

/** Sizes for the free dimensions of a network's inputs, where none are given: one image of the usual size. */
const USUAL_BATCH = 1;
const USUAL_EXTENT = 224;

/** The ONNX files of a folder. @throws BenchError where there are none */
export function modelFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
  } catch {
    names = [];
  }
  if (names.length === 0) {
    throw new BenchError(
      `the suite 'models' measures the ONNX files of a folder, but ${folder} has none: name another with --models, or a file itself`,
    );
  }
  return names.sort().map((name) => join(folder, name));
}

export function modelName(file: string): string {
  return basename(file, '.onnx');
}

/**
 * A network of an ONNX file, compiled before the clock runs, on values that look random.
 *
 * @param inputShape Of its inputs; their declared shapes where left out, with 1 for a free batch and 224 for other free axes
 * @throws ModelError, UnsupportedError, BenchError, and what the file system says
 */
export async function modelSubject(
  file: string,
  inputShape?: readonly number[],
): Promise<ComparableSubject<ModelWork>> {
  const model = await loadModel(file);
  try {
    const feeds = Object.fromEntries(model.inputs.map((input) => [input.name, feedFor(input, inputShape)]));
    const results = model.runSync(feeds);
    const [output] = Object.keys(results);
    const { multiplyAccumulates, parameters } = model.summary(feeds);
    const ends = [...Object.values(feeds), ...Object.values(results)].map(({ size }) => size);
    return {
      work: { file, feeds, output },
      operations: 2 * multiplyAccumulates,
      bytes: bytesOf(parameters, ...ends),
      run: () => model.runSync(feeds)[output],
      dispose: () => model.dispose(),
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function feedFor({ name, shape }: ModelValue, given: readonly number[] | undefined): Tensor {
  const wanted = given ?? shape?.map((extent, axis) => (extent >= 0 ? extent : usual(axis)));
  if (wanted === undefined)
    throw new BenchError(`input '${name}' does not say how many axes it has: give --input-shape`);
  return new Tensor(
    uniform(
      wanted.reduce((product, extent) => product * extent, 1),
      2,
    ),
    wanted,
  );
}

function usual(axis: number): number {
  return axis === 0 ? USUAL_BATCH : USUAL_EXTENT;
}
