import { Conv2d, Linear, ReLU, Sequential, setBackend, Tensor } from 'convkit';
import { describe, expect, it } from 'vitest';
import { BACKENDS, onEachBackend, wholeNumbers } from './support.js';

const x = wholeNumbers([2, 3, 8, 8]);

function build(): Sequential {
  return new Sequential(new Conv2d(3, 4, 3, { seed: 1 }), new ReLU());
}

describe('a compiled layer', () => {
  onEachBackend(() => {
    it('sees weights that are loaded later, into it or into a layer inside of it', () => {
      const network = build();
      const before = network.forward(x);
      const [weight, bias] = [Tensor.zeros([4, 3, 3, 3]), Tensor.from([1, 2, 3, 4])];
      network.layers[0].load({ weight, bias });
      const after = network.forward(x);
      expect(after.data).not.toEqual(before.data);
      expect([...after.data.subarray(35, 38)]).toEqual([1, 2, 2]);
      network.load({ '0.weight': weight, '0.bias': Tensor.from([5, 6, 7, 8]) });
      expect(network.forward(x).data[0]).toBe(5);
    });

    it('runs any number of shapes in any order', () => {
      const network = build();
      const first = network.forward(x);
      for (let size = 3; size < 23; size++)
        expect(network.forward(Tensor.zeros([3, size, 3])).shape).toEqual([4, size - 2, 1]);
      expect(network.forward(x).data).toEqual(first.data);
    });

    it('writes into a result that it is given, sync and async, and returns it', async () => {
      const network = build();
      const expected = network.forward(x);
      const out = Tensor.zeros(expected.shape);
      expect(network.forward(x, { out })).toBe(out);
      expect(out.data).toEqual(expected.data);
      out.data.fill(0);
      expect(await network.forwardAsync(x, { out })).toBe(out);
      expect(out.data).toEqual(expected.data);
    });

    it('refuses a result of another shape, or one that overlaps its input, and leaves it alone', async () => {
      const relu = new ReLU();
      const out = Tensor.from([1, 2, 3]);
      expect(() => relu.forward(Tensor.zeros([4]), { out })).toThrow('ReLU.forward: out must have the output');
      expect(() => relu.forward(out, { out })).toThrow('out must not overlap an input in memory');
      await expect(relu.forwardAsync(out, { out })).rejects.toThrow('out must not overlap an input in memory');
      expect([...out.data]).toEqual([1, 2, 3]);
    });

    it('can be prepared, disposed of twice, and run again', () => {
      const network = build().prepare(x.shape);
      const before = network.forward(x);
      network.prepare();
      network.dispose();
      network.dispose();
      network[Symbol.dispose]();
      expect(network.forward(x).data).toEqual(before.data);
    });

    it('finishes the runs that are in flight when it is disposed of', async () => {
      const network = build();
      const expected = network.forward(x);
      const results = [network.forwardAsync(x), network.forwardAsync(x)];
      network.dispose();
      for (const result of await Promise.all(results)) expect(result.data).toEqual(expected.data);
    });

    it('takes a copy of the input of an asynchronous run', async () => {
      const network = build();
      const expected = network.forward(x);
      const changing = new Tensor(Float32Array.from(x.data), x.shape);
      const result = network.forwardAsync(changing);
      changing.data.fill(1e9);
      expect((await result).data).toEqual(expected.data);
    });

    it('rejects with the reason of a signal that has aborted, or aborts', async () => {
      const network = build();
      const reason = new Error('changed my mind');
      await expect(network.forwardAsync(x, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const result = network.forwardAsync(x, { signal: controller.signal });
      controller.abort(reason);
      await expect(result).rejects.toBe(reason);
      expect((await network.forwardAsync(x, { signal: new AbortController().signal })).shape).toEqual([2, 4, 6, 6]);
    });

    it('does many small runs at once', async () => {
      const layer = new Linear(8, 8, { seed: 1 });
      const inputs = Array.from({ length: 50 }, (_, i) => wholeNumbers([1 + (i % 3), 8], i));
      const results = await Promise.all(inputs.map((input) => layer.forwardAsync(input)));
      results.forEach((result, i) => {
        expect(result.data).toEqual(layer.forward(inputs[i]).data);
      });
    });
  });

  it('follows a change of the backend', () => {
    const network = build();
    for (const backend of [...BACKENDS, ...BACKENDS]) {
      setBackend(backend);
      network.forward(x);
      expect(network.summary(x.shape).backend).toBe(backend);
    }
    setBackend('auto');
  });
});
