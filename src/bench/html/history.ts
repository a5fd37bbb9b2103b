import { caseKey } from '../formats/case-key.js';
import { formatTime } from '../formats/units.js';
import type { BenchResult, Environment } from '../result.js';
import type { Summary } from '../summary.js';
import { html, type Markup } from './markup.js';
import { groupBy, type Measured, measuredCases, OURS, searchText, threadsText } from './measured.js';
import { linearScale } from './scale.js';

const HEIGHT = 64;

interface Entry {
  readonly measured: Measured;
  readonly file: number;
}

/** Each of our cases over the files, as a small drawing with its own axis. Empty where no case is in two files. */
export function history(results: readonly BenchResult[]): Markup | undefined {
  const entries = results.flatMap((result, file) =>
    measuredCases(result)
      .filter(({ benchCase }) => benchCase.side === OURS)
      .map((measured): Entry => ({ measured, file })),
  );
  const series = [...groupBy(entries, ({ measured }) => caseKey(measured.benchCase)).values()].filter(
    (group) => group.length > 1,
  );
  if (series.length === 0) return undefined;
  const byChange = series.sort((a, b) => sizeOfChange(b) - sizeOfChange(a));
  const changed = changedFields(results.map(({ environment }) => environment));
  return html`<section id="history"><h2>History</h2>
<p class="note">The median of each case over ${results.length} files, oldest first, with its 95&nbsp;% interval as a band. Each drawing has its own axis, which need not begin at zero. A change counts where the first and the last interval do not overlap; the largest come first.${
    changed.length > 0 &&
    html` <strong>The files differ in ${changed.join(', ')}: the code is not all that changed.</strong>`
  }</p>
<ul class="history">${byChange.map((group) => card(group, results))}</ul></section>
`;
}

/** What belongs to the machine or the run, not to the code under test. */
function changedFields(environments: readonly Environment[]): string[] {
  const fields = ['cpu', 'processors', 'quota', 'isa', 'backend', 'threads', 'node', 'platform', 'arch'] as const;
  return fields.filter((field) => environments.some((environment) => environment[field] !== environments[0][field]));
}

/** 0 where there is none that counts: those keep their order. */
function sizeOfChange(series: readonly Entry[]): number {
  const [first, last] = endsOf(series);
  return changeOf(first, last).kind === 'same' ? 0 : Math.abs(Math.log(last.median / first.median));
}

function endsOf(series: readonly Entry[]): [first: Summary, last: Summary] {
  return [series[0].measured.summary, series[series.length - 1].measured.summary];
}

function card(series: readonly Entry[], results: readonly BenchResult[]): Markup {
  const { benchCase } = series[0].measured;
  const [first, last] = endsOf(series);
  const change = changeOf(first, last);
  const details = [threadsText(benchCase.threads), ...(benchCase.algorithm ? [benchCase.algorithm] : [])].join(', ');
  return html`<li data-find="${searchText(benchCase)}"><p class="name">${benchCase.name} <small>${details}</small></p>
<p class="now"><b>${formatTime(last.median)}</b> <span class="${change.kind}">${change.text}</span></p>
<svg class="chart" height="${HEIGHT}" role="img" aria-label="From ${formatTime(first.median)} to ${formatTime(last.median)}: ${change.text}">${drawing(series, results)}</svg></li>
`;
}

function changeOf(first: Summary, last: Summary): { kind: 'better' | 'worse' | 'same'; text: string } {
  const faster = last.high < first.low;
  if (!faster && last.low <= first.high) return { kind: 'same', text: 'no clear change' };
  if (first.median === 0) return { kind: 'worse', text: 'slower' };
  const percent = ((last.median / first.median - 1) * 100).toFixed(1);
  return faster
    ? { kind: 'better', text: `${percent.replace('-', '−')} % time` }
    : { kind: 'worse', text: `+${percent} % time` };
}

function drawing(series: readonly Entry[], results: readonly BenchResult[]): Markup {
  const summaries = series.map(({ measured }) => measured.summary);
  const y = linearScale(Math.min(...summaries.map(({ low }) => low)), Math.max(...summaries.map(({ high }) => high)));
  // Files are a step apart, whenever they were made; half a dot's room at both ends.
  const left = ({ file }: Entry) => 2 + (file / (results.length - 1)) * 96;
  const top = (milliseconds: number) => 92 - y.at(milliseconds) * 0.84;
  const along = (pick: (summary: Summary) => number) =>
    series.map((entry) => `${left(entry).toFixed(2)},${top(pick(entry.measured.summary)).toFixed(2)}`);
  const band = [...along(({ high }) => high), ...along(({ low }) => low).reverse()].join('L');
  return html`<svg class="inner" width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none"><path class="band side-0" d="M${band}Z"/><path class="trend side-0" d="M${along(({ median }) => median).join('L')}"/></svg>${series.map(
    (entry) => {
      const { created, environment } = results[entry.file];
      const { median, low, high } = entry.measured.summary;
      return html`<g class="mark side-0"><title>${`${formatTime(median)}, ${formatTime(low)} to ${formatTime(high)}\nconvkit ${environment.convkit}\n${created}`}</title><circle cx="${left(entry)}%" cy="${top(median)}%" r="3"/></g>`;
    },
  )}`;
}
