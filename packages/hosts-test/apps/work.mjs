// What every app of these tests does: all kinds of work that a program asks of convkit, with results known beforehand.
import { readFile } from 'node:fs/promises';
import { conv2d, conv2dAsync, loadModel, runtime, setBackend, Tensor } from 'convkit';
import { resize } from 'convkit/image';

const counted = () =>
  new Tensor(
    Float32Array.from({ length: 16 }, (_, i) => i),
    [1, 4, 4],
  );
const ones = () => new Tensor(new Float32Array(9).fill(1), [1, 1, 3, 3]);

async function modelResult(file) {
  const model = await loadModel(await readFile(file));
  const { y } = await model.run({ x: counted().reshape([1, 1, 4, 4]) });
  model.dispose();
  return [...y.data];
}

/** A minifier renames classes, so that programs tell errors apart by their code. */
function codeOf(act) {
  try {
    act();
    return 'none';
  } catch (error) {
    return error.code;
  }
}

/** @returns {Promise<object>} what JSON can say */
export async function work(modelFile) {
  const warnings = [];
  const note = (warning) => warnings.push(warning.code ?? String(warning));
  process.on('warning', note);
  // A server does this more than once.
  setBackend('auto');
  const { backend, reason } = runtime();
  const results = {
    backend,
    ...(reason === undefined ? {} : { reason }),
    sync: [...conv2d(counted(), ones()).data],
    async: [...(await conv2dAsync(counted(), ones())).data],
    model: await modelResult(modelFile),
    resized: [
      ...resize(
        { data: Uint8Array.of(1, 2, 3, 4), width: 2, height: 2 },
        { width: 4, height: 2, interpolation: 'nearest' },
      ).data,
    ],
    code: codeOf(() => conv2d(counted(), counted())),
  };
  setBackend('typescript');
  results.worker = [...(await conv2dAsync(counted(), ones())).data];
  // A warning is heard in the next turn of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('warning', note);
  return { ...results, warnings };
}
