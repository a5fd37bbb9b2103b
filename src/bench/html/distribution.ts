import { formatSpread, formatTime } from '../formats/units.js';
import { ascending, sortedQuantile } from '../statistics/quantile.js';
import { legend } from './legend.js';
import { html, type Markup } from './markup.js';
import { groupBy, type Measured, searchText, threadsText } from './measured.js';
import { linearScale, logScale, type Scale } from './scale.js';
import { type Row, stripChart } from './strip.js';
import { violin } from './violin.js';

const LANE = 22;

/** Beyond this ratio of its ends an axis is logarithmic. */
const WIDE = 3;

/** How the samples of each case lie about their median: how far one measurement may be trusted. */
export function distributions(cases: readonly Measured[], sides: readonly string[]): Markup | undefined {
  const timed = cases.filter(({ summary }) => summary.median > 0 && summary.minimum > 0);
  if (timed.length === 0) return undefined;
  const scale = scaleOf(timed.map(relativeSamples));
  const charts = [...groupBy(timed, ({ benchCase }) => String(benchCase.threads)).values()].map((group) =>
    figure(group, scale, sides),
  );
  return html`<section id="spread"><h2>Spread of the samples</h2>
<p class="note">Each sample over the median of its case${scale.logarithmic && ', on a logarithmic axis'}: the shape is their density, the box holds the middle half. A second hump, or a long tail to the right, is the machine doing something else.</p>
<div class="charts">${charts}</div></section>
`;
}

function relativeSamples({ benchCase, summary }: Measured): Float64Array {
  return ascending(benchCase.samples).map((sample) => sample / summary.median);
}

/** One for all cases. A few wild samples would squeeze all others into a line: they may lie beyond its end. */
function scaleOf(cases: readonly Float64Array[]): Scale & { readonly logarithmic: boolean } {
  const all = ascending(cases.flatMap((samples) => Array.from(samples)));
  const low = Math.min(all[0], 0.98);
  const high = Math.max(sortedQuantile(all, 0.98), 1.02) * 1.02;
  const logarithmic = high / low > WIDE;
  return { ...(logarithmic ? logScale : linearScale)(low, high), logarithmic };
}

function figure(cases: readonly Measured[], scale: Scale, sides: readonly string[]): Markup {
  const [{ benchCase }] = cases;
  const rows = [...groupBy(cases, (measured) => `${measured.benchCase.suite}/${measured.benchCase.name}`).values()];
  const present = new Set(cases.map((measured) => measured.benchCase.side));
  return html`<figure><figcaption><b>${threadsText(benchCase.threads)}</b> ${legend(present, sides)}</figcaption>
${stripChart(
  rows.map((lanes) => row(lanes, scale, sides)),
  scale,
  (tick) => `${Number(tick.toPrecision(3))}×`,
)}</figure>
`;
}

/** A case with a lane a side and algorithm. */
function row(lanes: readonly Measured[], scale: Scale, sides: readonly string[]): Row {
  const sideOf = ({ benchCase }: Measured) => sides.indexOf(benchCase.side);
  return {
    name: html`${lanes[0].benchCase.name}`,
    label: lanes.map(({ benchCase, summary }) => `${benchCase.side} ${describe({ benchCase, summary })}`).join('; '),
    find: lanes.map(({ benchCase }) => searchText(benchCase)).join(' '),
    height: lanes.length * LANE + 6,
    drawing: lanes.map((lane, i) => violin(relativeSamples(lane), scale, sideOf(lane), i * LANE + 3, LANE)),
    text: html`${lanes.map((lane) => html`<span class="lane side-${sideOf(lane)}">${describe(lane)}</span>`)}`,
  };
}

function describe({ summary }: Measured): string {
  return `${formatTime(summary.median)} ${formatSpread(summary)}`;
}
