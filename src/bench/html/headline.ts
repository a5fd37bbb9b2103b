import { environmentLine } from '../formats/environment-line.js';
import { formatFactor, formatShare } from '../formats/units.js';
import type { BenchResult } from '../result.js';
import { ascending, sortedQuantile } from '../statistics/quantile.js';
import { html, type Markup } from './markup.js';
import { groupBy, type Measured, OURS, threadsText } from './measured.js';
import { geometricMean, type Pair } from './pairs.js';

interface Figure {
  readonly value: string;
  readonly label: string;
  readonly detail: string;
}

/** What there is to say in one sentence, and further figures below it. */
export function headline(result: BenchResult, cases: readonly Measured[], pairs: readonly Pair[]): Markup {
  const [first, ...others] = [...peerFigures(pairs), ...roofFigure(cases), countFigure(result, cases)];
  return html`<header>
<p class="eyebrow">convkit bench</p>
<h1><em>${first.value}</em> ${first.label}</h1>
<p class="lede">${first.detail}</p>
<p class="machine">${environmentLine(result.environment)}</p>
${
  others.length > 0 &&
  html`<dl class="figures">${others.map(
    ({ value, label, detail }) =>
      html`<div><dt>${label}</dt><dd class="value">${value}</dd><dd class="detail">${detail}</dd></div>`,
  )}</dl>`
}
</header>
`;
}

function peerFigures(pairs: readonly Pair[]): Figure[] {
  return [...groupBy(pairs, ({ peer }) => peer)].map(([peer, all]) => {
    const byThreads = [...groupBy(all, ({ threads }) => threadsText(threads))];
    const parts = byThreads.map(([threads, some]) => `${formatFactor(meanOf(some))} with ${threads}`);
    const slower = all.filter(({ factor }) => factor < 1).length;
    return {
      value: formatFactor(meanOf(all)),
      label: `the speed of ${peer}`,
      detail: `Geometric mean of ${count(all.length, 'comparison')}${parts.length > 1 ? `: ${parts.join(', ')}` : ''}. Slower in ${slower === 0 ? 'none' : slower} of them.`,
    };
  });
}

function meanOf(pairs: readonly Pair[]): number {
  return geometricMean(pairs.map(({ factor }) => factor));
}

function roofFigure(cases: readonly Measured[]): Figure[] {
  const shares = cases
    .filter(({ benchCase }) => benchCase.side === OURS)
    .flatMap(({ summary: { share } }) => (share === undefined ? [] : [share]));
  if (shares.length === 0) return [];
  const sorted = ascending(shares);
  const [low, middle, high] = [0, 0.5, 1].map((fraction) => formatShare(sortedQuantile(sorted, fraction)));
  return [
    {
      value: middle,
      label: 'of what the machine allows',
      detail: `Median over ${count(shares.length, 'case')}, from ${low} to ${high}.${sorted[sorted.length - 1] > 1 ? ' More than all of it: found in a cache, or computed with fewer operations.' : ''}`,
    },
  ];
}

function countFigure({ cases, environment }: BenchResult, measured: readonly Measured[]): Figure {
  const samples = measured.reduce((sum, { benchCase }) => sum + benchCase.samples.length, 0);
  const failed = cases.length - measured.length;
  const threads = [...new Set(cases.map((benchCase) => benchCase.threads))].sort((a, b) => a - b);
  return {
    value: String(measured.length),
    label: measured.length === 1 ? 'case measured' : 'cases measured',
    detail: `${count(samples, 'sample')} on ${environment.isa}, threads: ${threads.join(', ') || 'none'}.${failed > 0 ? ` ${failed} failed.` : ''}`,
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
