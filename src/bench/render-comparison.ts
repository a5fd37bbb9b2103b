import { styleText } from 'node:util';
import { formatTable } from '../layers/table.js';
import { type Comparison, looksSlower, mayHideRegression } from './compare.js';
import type { CaseComparison, Verdict } from './compare-case.js';
import type { UnpairedCase } from './pair-cases.js';
import type { Environment } from './result.js';
import type { Interval } from './statistics/interval.js';

/** From this share on, outliers are worth a remark; of normal noise 0.7 % are. */
const NOTED_OUTLIERS = 0.1;

const COLORS = { slower: 'red', faster: 'green', undecided: 'yellow', same: 'dim' } as const;

/**
 * A comparison for a terminal: a table with a case a line, what could not be compared, and the verdict in plain words,
 * with the smallest slowdown that could have been seen.
 *
 * @param options.color with the escape sequences of a terminal
 */
export function renderComparison(comparison: Comparison, { color = false }: { color?: boolean } = {}): string {
  const paragraphs = [
    sides(comparison),
    table(comparison, color),
    remarks(comparison).join('\n'),
    comparison.unpaired.map(unpairedLine).join('\n'),
    conclusion(comparison),
  ];
  return `${paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')}\n`;
}

function sides({ base, head }: Comparison): string {
  const side = ({ convkit, addon, node }: Environment) =>
    [`convkit ${convkit}`, ...(addon === undefined ? [] : [`addon ${addon.slice(0, 12)}`]), `Node.js ${node}`].join(
      ', ',
    );
  return `base: ${side(base)}\nhead: ${side(head)}`;
}

function table({ cases, geometricMean, criteria }: Comparison, color: boolean): string {
  if (geometricMean === undefined) return '';
  const head = ['case', 'base', 'head', 'change', `${percent(1 - criteria.alpha)} interval`, 'p', 'verdict'];
  const body = cases.map((one) => [
    one.label,
    milliseconds(one.base.median),
    milliseconds(one.head.median),
    change(one.ratio),
    changes(one.interval),
    probability(one.correctedP),
    one.verdict,
  ]);
  const foot = ['geometric mean', '', '', change(geometricMean.ratio), changes(geometricMean.interval), '', ''];
  const text = formatTable({ head, body, foot, rightAligned: [1, 2, 3, 4, 5] });
  return color ? colored(text, cases) : text;
}

/** The verdict ends a case's line, so that colors, which have no width, do not disturb the columns. */
function colored(text: string, cases: readonly CaseComparison[]): string {
  const lines = text.split('\n');
  cases.forEach(({ verdict }, index) => {
    const line = lines[index + 2];
    lines[index + 2] = line.slice(0, -verdict.length) + paint(verdict);
  });
  return lines.join('\n');
}

function paint(verdict: Verdict): string {
  return styleText(COLORS[verdict], verdict, { validateStream: false });
}

function remarks({ cases, peers }: Comparison): string[] {
  const wild = cases.filter(({ base, head }) => Math.max(base.outliers, head.outliers) > NOTED_OUTLIERS);
  return [
    ...wild.map(
      ({ label, base, head }) =>
        `${label}: ${percent(base.outliers)} of base's times and ${percent(head.outliers)} of head's are outliers.`,
    ),
    ...(peers === 0 ? [] : [`${count(peers, 'time')} of peers ${peers === 1 ? 'is' : 'are'} left out.`]),
  ];
}

function unpairedLine({ label, why, error }: UnpairedCase): string {
  const reason = why === 'other work' ? 'not the same work in base and head' : why;
  return `${label}: ${reason}${error === undefined ? '' : `: ${error}`}`;
}

function conclusion(comparison: Comparison): string {
  return [verdictSentence(comparison), ...detectableSentence(comparison)].join('\n');
}

function verdictSentence(comparison: Comparison): string {
  const { cases, criteria, differences, verdict } = comparison;
  const limit = percent(criteria.threshold);
  if (verdict === 'not comparable') {
    const facts = differences.map(
      ({ field, base, head }) => `${field} is ${base ?? 'none'} in base, ${head ?? 'none'} in head`,
    );
    return `Not comparable: ${facts.join('; ')}.`;
  }
  if (verdict === 'regression' || verdict === 'same build') {
    const slower = cases.filter((one) => one.verdict === 'slower');
    const list = slower.map(({ label, ratio }) => `${label} by ${percent(ratio - 1)}`).join(', ');
    if (verdict === 'same build') {
      return (
        `Both files are of one build (${buildOf(comparison)}), so this is the machine, not convkit: ${slower.length} of ` +
        `${count(cases.length, 'case')} slower by more than ${limit}: ${list}. \`convkit bench doctor\` says what may be the cause.`
      );
    }
    return `Regression: ${slower.length} of ${count(cases.length, 'case')} slower by more than ${limit}: ${list}.`;
  }
  if (verdict === 'no regression') return `No regression: no case is shown to be slower by more than ${limit}.`;
  return `Cannot decide whether there is a regression: ${doubts(comparison).join('; ')}.`;
}

function buildOf({ head: { addon, build, convkit } }: Comparison): string {
  if (addon !== undefined) return `addon ${addon.slice(0, 12)}`;
  return build === undefined ? `convkit ${convkit}` : `code ${build.slice(0, 12)}`;
}

function doubts({ cases, unpaired, criteria }: Comparison): string[] {
  const undecided = cases.filter(({ verdict }) => verdict === 'undecided');
  const suspects = undecided.filter((one) => looksSlower(one, criteria));
  const broken = unpaired.filter(mayHideRegression);
  const coarse =
    `in ${undecided.length} of ${count(cases.length, 'case')} the times are too noisy or too few ` +
    `to exclude a slowdown of ${percent(2 * criteria.threshold)}`;
  const look = suspects.map(({ label, ratio }) => `${label} (${change(ratio)})`).join(', ');
  return [
    ...(cases.length === 0 ? ['the files have no times of the same work'] : []),
    ...(undecided.length > 0 ? [coarse] : []),
    ...(suspects.length > 0 ? [`these look slower: ${look}`] : []),
    ...(broken.length > 0 ? [`not compared: ${broken.map(({ label }) => label).join(', ')}`] : []),
  ];
}

function detectableSentence({ cases, smallestDetectable }: Comparison): string[] {
  if (smallestDetectable === undefined) return [];
  const blind = cases.filter((one) => one.smallestDetectable === Number.POSITIVE_INFINITY);
  if (blind.length > 0) {
    const cannot = `In ${blind.length} of ${count(cases.length, 'case')} no slowdown, however large, could have been shown:`;
    return [`${cannot} too few samples.`];
  }
  const coarsest = cases.find((one) => one.smallestDetectable === smallestDetectable);
  const where = cases.length > 1 && coarsest !== undefined ? ` in every case (the noisiest is ${coarsest.label})` : '';
  return [`The smallest slowdown that would have been seen${where} is ${percent(smallestDetectable)}.`];
}

/** Four digits are more than any of these times are sure of. */
function milliseconds(time: number): string {
  return `${time >= 1000 ? time.toFixed(0) : time.toPrecision(4)} ms`;
}

/** A ratio as a change: 1.052 is +5.2 %. */
function change(ratio: number): string {
  const size = (100 * Math.abs(ratio - 1)).toFixed(1);
  if (Number(size) === 0) return '0.0 %';
  return `${ratio < 1 ? '−' : '+'}${size} %`;
}

function changes({ low, high }: Interval): string {
  return `${change(low)} … ${change(high)}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

function probability(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
