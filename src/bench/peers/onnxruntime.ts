import type { Work } from '../run/subject.js';
import { loadPackage } from './load.js';
import { onnxModelOf } from './onnx-node.js';
import type { Peer, PeerSubject } from './peer.js';

const PACKAGE = 'onnxruntime-node';

/** What is used of onnxruntime-node. */
interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array | string, options: SessionOptions): Promise<Session> };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OnnxTensor;
}

interface SessionOptions {
  readonly intraOpNumThreads: number;
  readonly interOpNumThreads: number;
}

interface OnnxTensor {
  readonly data: Float32Array;
}

interface Session {
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

/**
 * onnxruntime's own kernels: a network as its file has it, a layer by a model of one node, NCHW in and out, weights packed
 * when the session is made.
 */
export const onnxruntime: Peer = {
  name: PACKAGE,
  packages: [PACKAGE],
  async available() {
    try {
      return { version: loadPackage(PACKAGE).version };
    } catch (error) {
      return { reason: (error as Error).message };
    }
  },
  refusal: () => undefined,
  async subject(work: Work, threads: number): Promise<PeerSubject> {
    const { InferenceSession, Tensor } = loadPackage(PACKAGE).module as OnnxRuntime;
    const options = { intraOpNumThreads: threads, interOpNumThreads: 1 };
    const { model, inputs, output } = toOnnx(work);
    const session = await InferenceSession.create(model, options);
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, shape }]) => [name, new Tensor('float32', data, shape)]),
    );
    return {
      run: () => session.run(feeds),
      result: async () => (await session.run(feeds))[output].data,
      dispose: () => session.release(),
    };
  },
};

function toOnnx(work: Work) {
  if ('file' in work) return { model: work.file, inputs: work.feeds, output: work.output };
  return { model: onnxModelOf(work), inputs: { x: work.x }, output: 'y' };
}
