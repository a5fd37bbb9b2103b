import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchNorm2d,
  Conv1d,
  Conv2d,
  ConvTranspose2d,
  Dropout,
  Linear,
  loadWeights,
  ModelError,
  PReLU,
  ReLU,
  Sequential,
  saveWeights,
  Tensor,
} from 'convkit';
import { describe, expect, it } from 'vitest';

function build(seed?: number): Sequential {
  return new Sequential(
    new Conv2d(1, 2, 3, { seed }),
    new Sequential(new BatchNorm2d(2), new ReLU()),
    new Dropout(),
    new PReLU(2),
    new Linear(4, 3, { bias: false, seed }),
  );
}

const SHAPES = {
  '0.weight': [2, 1, 3, 3],
  '0.bias': [2],
  '1.0.weight': [2],
  '1.0.bias': [2],
  '1.0.running_mean': [2],
  '1.0.running_var': [2],
  '3.weight': [2],
  '4.weight': [3, 4],
};

function zeros(shapes: Record<string, number[]>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, Tensor.zeros(shape)]));
}

function refusal(work: () => void): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return (error as ModelError).message;
  }
  throw new Error('nothing was thrown');
}

describe('parameters', () => {
  it("have PyTorch's names and shapes", () => {
    const shapes = [...build().parameters()].map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries(shapes)).toEqual(SHAPES);
    expect([...new ConvTranspose2d(4, 6, [2, 3], { groups: 2 }).parameters()].map(([, { shape }]) => shape)).toEqual([
      [4, 3, 2, 3],
      [6],
    ]);
    expect([...new Conv2d(10, 10, 3, { groups: 10 }).parameters()].map(([, { shape }]) => shape)).toEqual([
      [10, 1, 3, 3],
      [10],
    ]);
  });

  it('can be given to the constructor, which copies them', () => {
    const weight = Tensor.from([[[1, 2]]]);
    const layer = new Conv1d(1, 1, 2, { weight, biasValues: Tensor.from([3]) });
    weight.data.fill(100);
    expect(layer.forward(Tensor.from([[1, 10, 100]])).toNested()).toEqual([[24, 213]]);
    expect(() => new Conv1d(1, 1, 3, { weight })).toThrow(
      'Conv1d: weight must have shape [1, 1, 3], but got [1, 1, 2]',
    );
    expect(() => new Conv1d(1, 1, 2, { bias: false, biasValues: Tensor.from([3]) })).toThrow(/bias is false/);
  });

  it('go into a file and into another network', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'convkit-'));
    try {
      const path = join(folder, 'net.safetensors');
      const [from, to] = [build(1), build(2)];
      const x = Tensor.from(
        Array.from({ length: 36 }, (_, i) => i / 7),
        [1, 1, 6, 6],
      );
      const before = to.forward(x);
      await saveWeights(path, from);
      to.load(await loadWeights(path));
      expect(to.forward(x).data).toEqual(from.forward(x).data);
      expect(to.forward(x).data).not.toEqual(before.data);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('load', () => {
  it("ignores PyTorch's batch counters, takes a Map, and gives the layer back", () => {
    const network = build();
    const weights = { ...zeros(SHAPES), '1.0.num_batches_tracked': Tensor.from(100) };
    expect(network.load(weights)).toBe(network);
    expect(network.load(new Map(Object.entries(weights)))).toBe(network);
    expect(network.parameters().get('4.weight')).toEqual(Tensor.zeros([3, 4]));
  });

  it('copies', () => {
    const layer = new Linear(1, 1, { bias: false });
    const weight = Tensor.from([[2]]);
    layer.load({ weight });
    weight.data[0] = 100;
    expect(layer.forward(Tensor.from([3])).toNested()).toEqual([6]);
  });

  it('lists everything that is wrong at once, and then changes nothing', () => {
    const network = build();
    const before = [...network.parameters().values()].map(({ data }) => [...data]);
    const weights = zeros({ ...SHAPES, '0.weight': [2, 1, 5, 5], '4.bias': [3] });
    delete weights['1.0.running_var'];
    weights['1.0.runing_var'] = Tensor.zeros([2]);
    delete weights['3.weight'];
    const message = refusal(() => network.load(weights));
    expect(message).toContain("Missing key(s): '1.0.running_var', '3.weight'");
    expect(message).toContain("Unexpected key(s): '4.bias'");
    expect(message).toContain("'1.0.runing_var' (did you mean '1.0.running_var'?)");
    expect(message).toContain('size mismatch for 0.weight: expected [2, 1, 3, 3], but got [2, 1, 5, 5]');
    expect([...network.parameters().values()].map(({ data }) => [...data])).toEqual(before);
  });

  it('refuses what is no tensor', () => {
    const layer = new Linear(1, 1);
    expect(() => layer.load({ weight: [[1]] as never, bias: Tensor.from([1]) })).toThrow(
      /Linear.load: 'weight' must be/,
    );
    expect(refusal(() => layer.load(undefined as never))).toContain("Missing key(s): 'weight', 'bias'");
  });
});

describe('drawn values', () => {
  const layer = new Conv2d(16, 64, [3, 5], { groups: 2, seed: 7 });
  const bound = 1 / Math.sqrt(8 * 15);

  it('are uniform in ±1/√fanIn, weight and bias', () => {
    const { data } = layer.parameters().get('weight') as Tensor;
    const count = data.length;
    const mean = data.reduce((sum, value) => sum + value, 0) / count;
    const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    const sigma = bound / Math.sqrt(3);
    expect(Math.max(...data)).toBeLessThanOrEqual(bound);
    expect(Math.max(...data)).toBeGreaterThan(0.99 * bound);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(-bound);
    expect(Math.min(...data)).toBeLessThan(-0.99 * bound);
    expect(Math.abs(mean)).toBeLessThan((4 * sigma) / Math.sqrt(count));
    expect(Math.sqrt(variance) / sigma).toBeCloseTo(1, 1);
    const neighbours = data.reduce((sum, value, i) => sum + value * (data[i + 1] ?? 0), 0) / count / variance;
    expect(Math.abs(neighbours)).toBeLessThan(4 / Math.sqrt(count));
    const { data: bias } = layer.parameters().get('bias') as Tensor;
    expect(Math.max(...bias.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...bias.map(Math.abs))).toBeGreaterThan(0.8 * bound);
  });

  it('fill ten bins evenly', () => {
    const { data } = layer.parameters().get('weight') as Tensor;
    const bins = new Array<number>(10).fill(0);
    for (const value of data) bins[Math.min(9, Math.floor((value / bound + 1) * 5))]++;
    const expected = data.length / 10;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001
  });

  it('are the same for the same seed, and others for another or none', () => {
    const draw = (seed?: number) => [...(build(seed).parameters().get('0.weight') as Tensor).data];
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw()).not.toEqual(draw());
    expect(() => new Linear(1, 1, { seed: 0.5 })).toThrow(/Linear: seed must be an integer/);
  });

  it('are those of batch norm and prelu that change nothing, or little', () => {
    const parameters = Object.fromEntries(build().parameters());
    expect(parameters['1.0.weight'].toNested()).toEqual([1, 1]);
    expect(parameters['1.0.bias'].toNested()).toEqual([0, 0]);
    expect(parameters['1.0.running_mean'].toNested()).toEqual([0, 0]);
    expect(parameters['1.0.running_var'].toNested()).toEqual([1, 1]);
    expect(parameters['3.weight'].toNested()).toEqual([0.25, 0.25]);
  });
});
