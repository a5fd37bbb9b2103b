import { formatRate, formatShare } from '../formats/units.js';
import type { Roof } from '../result.js';
import { legend } from './legend.js';
import { html, type Markup } from './markup.js';
import { groupBy, type Measured, searchText, threadsText } from './measured.js';
import { niceLogScale, type Scale } from './scale.js';

const HEIGHT = 320;

interface Point {
  readonly measured: Measured;
  /** Floating-point operations a byte. */
  readonly intensity: number;
  readonly gflops: number;
}

interface Axes {
  readonly x: Scale;
  readonly y: Scale;
}

/**
 * A plot a number of threads: a point a case whose operations and bytes are known, under the machine's roof.
 *
 * @see Williams, Waterman and Patterson, "Roofline: an insightful visual performance model", 2009
 */
export function rooflines(
  cases: readonly Measured[],
  sides: readonly string[],
  roof: Roof | undefined,
): Markup | undefined {
  const points = cases.flatMap(pointOf);
  if (points.length === 0) return undefined;
  const groups = [...groupBy(points, ({ measured }) => String(measured.benchCase.threads)).values()];
  const most = Math.max(...points.map(({ measured }) => measured.benchCase.threads));
  const axes = axesOf(points, roof && timesThreads(roof, most));
  return html`<section id="roofline"><h2>Against the machine</h2>
<p class="note">Speed over arithmetic intensity, both axes logarithmic. ${
    roof
      ? 'The line is the most that memory (the slope) and arithmetic (the flat) allow, measured on this machine. A point above it found its data in a cache, or its algorithm needs fewer operations than the plain sum that is counted.'
      : 'The file knows no roof of the machine.'
  }</p>
<div class="charts">${groups.map((group) => figure(group, axes, sides, roof))}</div></section>
`;
}

function pointOf(measured: Measured): Point[] {
  const { operations, bytes } = measured.benchCase;
  const { gflops } = measured.summary;
  if (operations === undefined || bytes === undefined || bytes <= 0 || gflops === undefined) return [];
  return [{ measured, intensity: operations / bytes, gflops }];
}

function timesThreads({ gflops, bandwidth }: Roof, threads: number): Roof {
  return { gflops: gflops * threads, bandwidth: bandwidth * threads };
}

/** The same for every number of threads. The ridge, where the slope meets the flat, is always in sight. */
function axesOf(points: readonly Point[], roof: Roof | undefined): Axes {
  const usable = roof !== undefined && roof.gflops > 0 && roof.bandwidth > 0;
  const intensities = [...points.map(({ intensity }) => intensity), ...(usable ? [roof.gflops / roof.bandwidth] : [])];
  const speeds = [...points.map(({ gflops }) => gflops), ...(usable ? [roof.gflops] : [])];
  // A little air, so that no point sits on an axis.
  return {
    x: niceLogScale(Math.min(...intensities) / 1.2, Math.max(...intensities) * 1.2),
    y: niceLogScale(Math.min(...speeds) / 1.2, Math.max(...speeds) * 1.2),
  };
}

function figure(points: readonly Point[], axes: Axes, sides: readonly string[], roof: Roof | undefined): Markup {
  const [{ measured }] = points;
  const { threads } = measured.benchCase;
  const raised = roof && timesThreads(roof, threads);
  const limits = raised && `${formatRate(raised.gflops)} GFLOP/s, ${formatRate(raised.bandwidth)} GB/s`;
  const present = new Set(points.map((point) => point.measured.benchCase.side));
  return html`<figure><figcaption><b>${threadsText(threads)}</b>${limits && `: ${limits}`} ${legend(present, sides)}</figcaption>
<div class="plot"><svg class="chart" height="${HEIGHT}" role="img" aria-label="Roofline plot of ${points.length} cases; their figures are in the table">
${grid(axes)}${raised && roofShape(raised, axes)}
${points.map((point) => mark(point, axes, sides.indexOf(point.measured.benchCase.side)))}</svg></div></figure>
`;
}

function grid({ x, y }: Axes): Markup {
  const format = (tick: number) => String(Number(tick.toPrecision(3)));
  return html`${x.ticks.map(
    (tick) =>
      html`<line class="grid" x1="${x.at(tick)}%" x2="${x.at(tick)}%" y1="0" y2="100%"/><text x="${x.at(tick)}%" y="${HEIGHT + 17}" text-anchor="middle">${format(tick)}</text>`,
  )}${y.ticks.map(
    (tick) =>
      html`<line class="grid" x1="0" x2="100%" y1="${100 - y.at(tick)}%" y2="${100 - y.at(tick)}%"/><text x="-8" y="${100 - y.at(tick)}%" dy="4" text-anchor="end">${format(tick)}</text>`,
  )}<text x="100%" y="${HEIGHT + 34}" text-anchor="end">FLOP/byte</text><text x="-44" y="-10">GFLOP/s</text>`;
}

/** In a box of its own, which cuts off what lies below the axes. */
function roofShape(roof: Roof, { x, y }: Axes): Markup | false {
  if (!(roof.gflops > 0 && roof.bandwidth > 0)) return false;
  const ridge = roof.gflops / roof.bandwidth;
  const corner = (intensity: number, gflops: number) =>
    `${x.at(intensity).toFixed(2)},${(100 - y.at(gflops)).toFixed(2)}`;
  const line = [corner(x.low, x.low * roof.bandwidth), corner(ridge, roof.gflops), corner(x.high, roof.gflops)].join(
    'L',
  );
  return html`<svg class="inner" width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none"><path class="under" d="M${line}L100,200L0,200Z"/><path class="roof" d="M${line}"/></svg>`;
}

function mark({ measured, intensity, gflops }: Point, { x, y }: Axes, side: number): Markup {
  const { benchCase, summary } = measured;
  const share = summary.share === undefined ? '' : `\n${formatShare(summary.share)} of the roof`;
  const tip = `${benchCase.name}\n${benchCase.side}${benchCase.algorithm ? `, ${benchCase.algorithm}` : ''}\n${formatRate(gflops)} GFLOP/s at ${formatRate(intensity)} FLOP/byte${share}`;
  const [left, top] = [x.at(intensity), 100 - y.at(gflops)];
  // Sides differ by form too: colour alone would not reach everybody.
  return html`<g class="mark side-${side}" data-find="${searchText(benchCase)}"><title>${tip}</title>${
    side === 0
      ? html`<circle cx="${left}%" cy="${top}%" r="4.5"/>`
      : html`<circle class="hollow" cx="${left}%" cy="${top}%" r="3.5"/>`
  }</g>
`;
}
