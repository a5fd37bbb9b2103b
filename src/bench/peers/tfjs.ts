import type { LayerWork, Work } from '../run/subject.js';
import type { BenchShape } from '../shapes/shape.js';
import { loadPackage } from './load.js';
import type { Peer, PeerSubject } from './peer.js';
import type { Disposable, Tf } from './tfjs-core.js';
import { tfjsOperation } from './tfjs-operation.js';

const CORE = '@tensorflow/tfjs-core';

/** NHWC to NCHW. */
const CHANNELS_FIRST = [0, 3, 1, 2];

/** A backend of TensorFlow.js, in its own layout, NHWC, into which the values are brought before the clock runs. */
export function tfjs(backend: 'cpu' | 'wasm'): Peer {
  const backendPackage = `@tensorflow/tfjs-backend-${backend}`;
  return {
    name: `tfjs-${backend}`,
    packages: [CORE, backendPackage],
    async available() {
      try {
        // It finds the core by itself, and registers there.
        const { version } = loadPackage(backendPackage);
        const tf = loadPackage(CORE).module as Tf;
        // Argument checks and a greeting are no part of what is compared.
        tf.enableProdMode();
        return (await tf.setBackend(backend)) ? { version } : { reason: `${backendPackage} does not start` };
      } catch (error) {
        return { reason: (error as Error).message };
      }
    },
    // The WebAssembly backend has threads in browsers alone.
    refusal: (work, threads) => (threads === 1 ? lack(work) : 'it has one thread in Node.js'),
    subject: (work) => subject(backend, work as LayerWork),
  };
}

function lack(work: Work): string | undefined {
  return 'shape' in work ? lackOf(work.shape) : 'it reads no ONNX files';
}

function lackOf(shape: BenchShape): string | undefined {
  const { padding, stride, dilation } = shape;
  const [strided, dilated] = [Math.max(...stride) > 1, Math.max(...dilation) > 1];
  if (shape.kind === 'conv') {
    const { groups, inChannels } = shape;
    if (groups !== 1 && groups !== inChannels) return 'it has no grouped convolutions but depthwise ones';
    return strided && dilated ? 'it has no convolutions with both strides and dilations' : undefined;
  }
  if (dilated) return 'it has no dilated poolings';
  const padded = Math.max(...padding.flat()) > 0;
  return shape.algorithm === 'avg_p' && padded ? 'its averages never count the padding' : undefined;
}

async function subject(backend: string, work: LayerWork): Promise<PeerSubject> {
  const tf = loadPackage(CORE).module as Tf;
  const beforeBlock = () => tf.setBackend(backend);
  await beforeBlock();
  const kept: Disposable[] = [];
  const operation = tfjsOperation(tf, work, kept);
  return {
    beforeBlock,
    run() {
      const y = operation();
      // Without it a result would stay inside of WebAssembly's memory, where the caller cannot read it.
      y.dataSync();
      y.dispose();
    },
    async result() {
      await beforeBlock();
      return tf.tidy(() => tf.transpose(operation(), CHANNELS_FIRST).dataSync());
    },
    dispose: () => tf.dispose(kept),
  };
}
