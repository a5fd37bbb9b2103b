import { formatFactor } from '../formats/units.js';
import { html, type Markup } from './markup.js';
import { groupBy, searchText, threadsText } from './measured.js';
import { geometricMean, type Pair } from './pairs.js';
import { logScale, type Scale } from './scale.js';
import { type Row, stripChart } from './strip.js';

const HEIGHT = 24;

/** A chart a peer and number of threads: our speed over the peer's, fastest first. Empty without peers. */
export function speedups(pairs: readonly Pair[]): Markup | undefined {
  if (pairs.length === 0) return undefined;
  const scale = scaleOf(pairs);
  const charts = [...groupBy(pairs, ({ peer, threads }) => JSON.stringify([peer, threads])).values()].map((group) =>
    figure(group, scale),
  );
  return html`<section id="speed"><h2>Speed over peers</h2>
<p class="note">The peer’s median time over ours, on a logarithmic axis: twice as fast reaches as far to the right as half as fast to the left. The thin line is the interval: the ends of both 95&nbsp;% intervals against each other; a pale bar is one whose interval reaches across 1×.</p>
<div class="charts">${charts}</div></section>
`;
}

/** One for all charts, so that their bars compare; with room for the values beside the longest bars. */
function scaleOf(pairs: readonly Pair[]): Scale {
  const low = Math.min(1, ...pairs.map((pair) => pair.low));
  const high = Math.max(1.1, ...pairs.map((pair) => pair.high));
  const room = (high / low) ** 0.18;
  return logScale(pairs.some(({ factor }) => factor < 1) ? low / room : low, high * room);
}

function figure(pairs: readonly Pair[], scale: Scale): Markup {
  const [{ peer, threads }] = pairs;
  const sorted = [...pairs].sort((a, b) => b.factor - a.factor);
  const mean = formatFactor(geometricMean(pairs.map(({ factor }) => factor)));
  const label = ambiguous(pairs) ? withAlgorithm : plain;
  return html`<figure><figcaption><b>${peer}</b>, ${threadsText(threads)}: <b>${mean}</b> on the geometric mean</figcaption>
${stripChart(
  sorted.map((pair) => row(pair, scale, label)),
  scale,
  (tick) => `${Number(tick.toPrecision(3))}×`,
)}</figure>
`;
}

/** Whether some case was measured with several algorithms, so that its name alone does not tell bars apart. */
function ambiguous(pairs: readonly Pair[]): boolean {
  return new Set(pairs.map(({ ours: { benchCase } }) => `${benchCase.suite}/${benchCase.name}`)).size < pairs.length;
}

function plain({ ours: { benchCase } }: Pair): Markup {
  return html`${benchCase.name}`;
}

function withAlgorithm(pair: Pair): Markup {
  return html`${plain(pair)} <small>${pair.ours.benchCase.algorithm}</small>`;
}

function row(pair: Pair, scale: Scale, label: (pair: Pair) => Markup): Row {
  const { factor, low, high, ours, peer } = pair;
  const [start, one, end] = [Math.min(factor, 1), 1, Math.max(factor, 1)].map(scale.at);
  const faster = factor >= 1;
  // Where 1× lies within the interval, neither is known to be faster.
  const kind = `${faster ? 'side-0' : 'slower'}${low <= 1 && high >= 1 ? ' open' : ''}`;
  const beside = faster ? Math.max(scale.at(high), one) : Math.min(scale.at(low), one);
  return {
    name: label(pair),
    label: `${formatFactor(factor)} the speed of ${peer}, between ${formatFactor(low)} and ${formatFactor(high)}`,
    find: searchText(ours.benchCase),
    height: HEIGHT,
    drawing: [
      html`<rect class="bar ${kind}" x="${start}%" y="5" width="${end - start}%" height="${HEIGHT - 10}" rx="2"/>`,
      html`<line class="whisker" x1="${scale.at(low)}%" x2="${scale.at(high)}%" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>`,
      html`<line class="one" x1="${one}%" x2="${one}%" y1="0" y2="100%"/>`,
      html`<text class="value" x="${beside}%" dx="${faster ? 7 : -7}" y="${HEIGHT / 2 + 4}" text-anchor="${faster ? 'start' : 'end'}">${formatFactor(factor)}</text>`,
    ],
  };
}
