import { describe, expect, it } from 'vitest';
import { density } from '../../src/bench/html/density.js';
import { html, trusted } from '../../src/bench/html/markup.js';
import { measuredCases, sidesOf } from '../../src/bench/html/measured.js';
import { geometricMean, pairsOf } from '../../src/bench/html/pairs.js';
import { linearScale, logScale, niceLogScale } from '../../src/bench/html/scale.js';
import { benchCase, benchResult } from './results.js';

describe('markup', () => {
  it('escapes strings, in lists too, but no markup', () => {
    const inner = html`<b>${`<&>"'`}</b>`;
    expect(html`<p title="${'"'}">${['<', inner]}${false}${undefined}${trusted('<hr>')}</p>`.text).toBe(
      '<p title="&quot;">&lt;<b>&lt;&amp;&gt;&quot;&#39;</b><hr></p>',
    );
  });

  it('rounds numbers to a hundredth, and leaves digits in strings alone', () => {
    expect(html`${1 / 3} ${12} ${'0.123456'}`.text).toBe('0.33 12 0.123456');
  });
});

describe('scales', () => {
  it('go from 0 to 100 percent', () => {
    const linear = linearScale(2, 4);
    const log = logScale(0.5, 2);
    expect([2, 3, 4].map(linear.at)).toEqual([0, 50, 100]);
    expect([0.5, 1, 2].map(log.at)).toEqual([0, 50, 100]);
  });

  it.each([
    [linearScale(0.93, 1.38), [1, 1.1, 1.2, 1.3]],
    [linearScale(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [logScale(0.5, 2000), [1, 10, 100, 1000]],
    [logScale(0.9, 7), [1, 2, 5]],
    [logScale(0.9, 35), [1, 3, 10, 30]],
    [logScale(1, 1.4), [1, 1.1, 1.2, 1.3, 1.4]],
  ])('have round ticks %#', ({ ticks }, expected) => {
    expect(ticks.map((tick) => Number(tick.toPrecision(12)))).toEqual(expected);
  });

  it('widen what has no extent, about its middle', () => {
    expect(linearScale(3, 3).at(3)).toBeCloseTo(50);
    expect(linearScale(0, 0).at(0)).toBe(50);
    expect(logScale(3, 3).at(3)).toBeCloseTo(50);
  });

  it('may begin and end at 1, 2 or 5 times a power of ten', () => {
    const { low, high } = niceLogScale(0.63, 412);
    expect([low, high]).toEqual([0.5, 500]);
  });
});

describe('density', () => {
  it('is highest where the samples are', () => {
    const curve = density([1, 1.01, 1.02, 1.03, 1.5]);
    const peak = curve.reduce((highest, point) => (point.density > highest.density ? point : highest));
    expect(peak.density).toBe(1);
    expect(peak.value).toBeGreaterThan(0.99);
    expect(peak.value).toBeLessThan(1.05);
  });

  it('falls to little at its ends', () => {
    const curve = density([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(curve[0].density).toBeLessThan(0.2);
    expect(curve[curve.length - 1].density).toBeCloseTo(curve[0].density, 10);
  });
});

describe('pairs', () => {
  it('are of the same case and threads', () => {
    const cases = measuredCases(
      benchResult([
        benchCase({ samples: [10] }),
        benchCase({ algorithm: 'direct', samples: [20] }),
        benchCase({ side: 'a', samples: [30] }),
        benchCase({ side: 'b', samples: [5] }),
        benchCase({ side: 'a', threads: 2, samples: [7] }),
        benchCase({ side: 'a', suite: 'pool', samples: [7] }),
      ]),
    );
    expect(pairsOf(cases).map(({ peer, factor, ours }) => [ours.benchCase.algorithm, peer, factor])).toEqual([
      ['gemm', 'a', 3],
      ['gemm', 'b', 0.5],
      ['direct', 'a', 1.5],
      ['direct', 'b', 0.25],
    ]);
  });

  it('set the ends of the intervals against each other', () => {
    const cases = [benchCase({ samples: [8, 10, 16] }), benchCase({ side: 'a', samples: [16, 20, 32] })];
    expect(pairsOf(measuredCases(benchResult(cases)))[0]).toMatchObject({ factor: 2, low: 1, high: 4 });
  });

  it('average by the geometric mean', () => {
    expect(geometricMean([2, 0.5, 8])).toBeCloseTo(2, 12);
  });
});

describe('sides', () => {
  it('begin with ours', () => {
    expect(sidesOf([benchCase({ side: 'b' }), benchCase(), benchCase({ side: 'a' })])).toEqual(['convkit', 'b', 'a']);
    expect(sidesOf([benchCase({ side: 'b' })])).toEqual(['b']);
  });
});
