import { uniform } from './samples.mjs';

/**
 * convkit and onnxruntime-node behind one interface. Each is imported only when asked for, so that a process that
 * measures the memory of one never holds the other.
 */
export const SIDES = {
  async convkit() {
    const { loadModel, runtime, Tensor } = await import('../dist/bundle/index.js');
    const load = async (file) => {
      const model = await loadModel(file);
      return {
        feeds: () => feedsOf(model.inputs, (data, shape) => new Tensor(data, shape)),
        run: (feeds) => model.run(feeds),
        release: () => model.dispose(),
      };
    };
    return { facts: runtime(), load };
  },

  async onnxruntime() {
    const { default: ort } = await import('onnxruntime-node');
    const load = async (file, threads) => {
      const session = await ort.InferenceSession.create(file, { intraOpNumThreads: threads });
      return {
        feeds: () => feedsOf(session.inputMetadata, (data, shape) => new ort.Tensor('float32', data, shape)),
        run: (feeds) => session.run(feeds),
        release: () => session.release(),
      };
    };
    return { facts: ort.env.versions.node, load };
  },
};

/** The same values on both sides. */
function feedsOf(inputs, tensor) {
  const entries = inputs.map(({ name, shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return [name, tensor(uniform(size, 1), shape)];
  });
  return Object.fromEntries(entries);
}
