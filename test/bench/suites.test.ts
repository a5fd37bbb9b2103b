import { describe, expect, it } from 'vitest';
import { formatBenchShape } from '../../src/bench/shapes/benchdnn.js';
import { layersSuite, networksSuite, poolSuite, type SuiteShape } from '../../src/bench/shapes/suites.js';

function countByNetwork(shapes: readonly SuiteShape[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name } of shapes) {
    const network = name.split(':')[0];
    counts[network] = (counts[network] ?? 0) + 1;
  }
  return counts;
}

/** The shape alone, without its name. */
const anonymous = ({ shape: { name: _, ...rest } }: SuiteShape) => formatBenchShape(rest as SuiteShape['shape']);

describe('suites', () => {
  it.each([
    ['layers', layersSuite(), 24],
    ['networks', networksSuite(), 369],
    ['pool', poolSuite(), 16],
  ] as const)('%s: names are unique and are those of the shapes', (suite, shapes, count) => {
    expect(shapes).toHaveLength(count);
    expect(new Set(shapes.map(({ name }) => name)).size).toBe(count);
    for (const { suite: own, name, shape } of shapes) {
      expect(own).toBe(suite);
      expect(shape.name).toBe(name);
    }
  });

  it('has whole networks, each shape once', () => {
    const shapes = networksSuite();
    expect(countByNetwork(shapes)).toEqual({
      alexnet: 5,
      densenet: 36,
      efficientdet: 68,
      googlenet_v1: 51,
      googlenet_v3: 43,
      mobilenet: 20,
      resnet_50_v1_5: 23,
      resnext_101: 24,
      segnet: 4,
      ssd_mobilenet: 38,
      unet: 13,
      vgg_19: 9,
      xception: 21,
      yolov2: 14,
    });
    const keys = shapes.map((shape) => `${shape.name.split(':')[0]} ${anonymous(shape)}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(shapes.every(({ shape }) => shape.batch === 1)).toBe(true);
  });

  it('has the layers that everybody knows', () => {
    const find = (shapes: readonly SuiteShape[], name: string) =>
      shapes.filter((shape) => shape.name === name).map(anonymous);
    expect(find(networksSuite(), 'alexnet:conv1')).toEqual(['mb1ic3ih227oc96oh55kh11sh4ph0']);
    expect(find(networksSuite(), 'vgg_19:conv1_1')).toEqual(['mb1ic3ih224oc64oh224kh3ph1']);
    expect(find(layersSuite(), 'deeplab_3x3_d2_256_28')).toEqual(['mb1ic256ih28oc256oh28kh3ph2dh1']);
    expect(find(layersSuite(), 'seed_g5_10_5_224_b20')).toEqual(['g5mb20ic10ih224oc5oh222kh3ph0']);
    expect(find(poolSuite(), 'resnet_50:max_pool1')).toEqual(['mb1ic64ih112oh56kh3sh2ph0']);
    expect(find(poolSuite(), 'resnet_50:ave_pool5')).toEqual(['avg_np:mb1ic2048ih7oh1kh7ph0']);
  });
});
