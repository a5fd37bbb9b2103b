import type { Work } from '../run/subject.js';
import { loadPackage } from './load.js';
import { onnxModelOf } from './onnx-node.js';
import type { Peer, PeerSubject } from './peer.js';

const PACKAGE = 'onnxruntime-node';

/** What is used of onnxruntime-node. */
interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array, options: SessionOptions): Promise<Session> };
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
  run(feeds: { x: OnnxTensor }): Promise<{ y: OnnxTensor }>;
  release(): Promise<void>;
}

/** onnxruntime's own kernels, by a model of one node: NCHW in and out, weights packed when the session is made. */
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
    const session = await InferenceSession.create(onnxModelOf(work), options);
    const feeds = { x: new Tensor('float32', work.x.data, work.x.shape) };
    return {
      run: () => session.run(feeds),
      result: async () => (await session.run(feeds)).y.data,
      dispose: () => session.release(),
    };
  },
};
