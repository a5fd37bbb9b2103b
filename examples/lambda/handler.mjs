// A function for AWS Lambda that runs an ONNX model, with convkit in a layer.
import { createRequire } from 'node:module';

// A layer's packages are found by NODE_PATH, which `import` does not look at; `require` does.
const require = createRequire(import.meta.url);
const { loadModel, Tensor } = require('convkit');

// Once for each instance, not for each event.
const model = await loadModel(new URL('model.onnx', import.meta.url));

/** @param {{ shape: number[], values: number[] }} event what the model's input is, as JSON */
export async function handler({ shape, values }) {
  const [{ name }] = model.inputs;
  try {
    const outputs = await model.run({ [name]: new Tensor(Float32Array.from(values), shape) });
    return Object.fromEntries(
      Object.entries(outputs).map(([output, { shape, data }]) => [output, { shape, values: Array.from(data) }]),
    );
  } catch (error) {
    // By code: the caller's mistake is an answer, anything else is Lambda's to report.
    if (error.code !== 'ERR_SHAPE' && error.code !== 'ERR_ARGUMENT') throw error;
    return { error: error.code, message: error.message };
  }
}
