import { reasonOf } from '../formats/case-row.js';
import { formatRate, formatShare, formatSpread, formatTime, spreadOf } from '../formats/units.js';
import type { BenchCase, Roof } from '../result.js';
import { type Summary, summarize } from '../summary.js';
import { html, type Markup } from './markup.js';
import { searchText } from './measured.js';

interface Column {
  readonly head: string;
  /** What it means, in full. */
  readonly title: string;
  readonly value: (summary: Summary) => number | undefined;
  readonly format: (value: number, summary: Summary) => string | Markup;
}

const COLUMNS: readonly Column[] = [
  { head: 'Median', title: 'Median time of one run', value: ({ median }) => median, format: formatTime },
  {
    head: '±',
    title: 'Half the 95 % interval of the median, at its wider side',
    value: spreadOf,
    format: (_, summary) => formatSpread(summary),
  },
  { head: 'Minimum', title: 'Shortest time of one run', value: ({ minimum }) => minimum, format: formatTime },
  {
    head: 'GFLOP/s',
    title: '10⁹ operations of the plain sum a second',
    value: ({ gflops }) => gflops,
    format: formatRate,
  },
  {
    head: 'GB/s',
    title: '10⁹ bytes of input, weights and output a second',
    value: ({ gigabytesPerSecond }) => gigabytesPerSecond,
    format: formatRate,
  },
  { head: '% of roof', title: 'Share of what the machine allows', value: ({ share }) => share, format: meter },
];

/** Every case with all its figures. Sorting and filtering come with the script; without it this is a plain table. */
export function caseTable(cases: readonly BenchCase[], sides: readonly string[], roof: Roof | undefined): Markup {
  return html`<section id="cases"><h2>All cases</h2>
<p class="controls" hidden><label>Side <select data-column="side"><option value="">all</option>${sides.map((side) => html`<option>${side}</option>`)}</select></label>
<label>Threads <select data-column="threads"><option value="">all</option>${threadsOf(cases).map((threads) => html`<option>${threads}</option>`)}</select></label>
<output aria-live="polite"></output></p>
<div class="scroll" tabindex="0" role="region" aria-label="All cases"><table>
<thead><tr><th scope="col">Case</th><th scope="col">Side</th><th scope="col" class="number">Threads</th><th scope="col">Algorithm</th>${COLUMNS.map(({ head, title }) => html`<th scope="col" class="number" title="${title}">${head}</th>`)}</tr></thead>
<tbody>
${cases.map((benchCase) => row(benchCase, sides, roof))}</tbody>
</table></div></section>
`;
}

function threadsOf(cases: readonly BenchCase[]): string[] {
  return [...new Set(cases.map(({ threads }) => threads))].sort((a, b) => a - b).map(String);
}

function row(benchCase: BenchCase, sides: readonly string[], roof: Roof | undefined): Markup {
  const { suite, name, side, threads, algorithm } = benchCase;
  const summary = summarize(benchCase, roof);
  return html`<tr data-find="${searchText(benchCase)}" data-side="${side}" data-threads="${String(threads)}"><th scope="row">${name} <small>${suite}</small></th><td class="side side-${sides.indexOf(side)}"><i></i>${side}</td><td class="number">${String(threads)}</td><td>${algorithm}</td>${
    summary
      ? COLUMNS.map((column) => cell(column, summary))
      : html`<td class="failed" colspan="${COLUMNS.length}">${reasonOf(benchCase)}</td>`
  }</tr>
`;
}

function cell({ value, format }: Column, summary: Summary): Markup {
  const amount = value(summary);
  if (amount === undefined) return html`<td class="number"></td>`;
  return html`<td class="number" data-value="${String(amount)}">${format(amount, summary)}</td>`;
}

/** A share as text over a bar of its length. */
function meter(share: number): Markup {
  return html`<span class="meter" style="--share:${Math.min(share, 1) * 100}%">${formatShare(share)}</span>`;
}
