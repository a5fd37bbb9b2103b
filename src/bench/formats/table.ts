import { styleText } from 'node:util';
import type { BenchCase, BenchResult } from '../result.js';
import { bySuite, caseRow, HEAD, NUMBERS, reasonOf } from './case-row.js';
import { environmentLine, roofLine } from './environment-line.js';

export interface TableOptions {
  /** Whether the terminal shows colours; the caller knows about NO_COLOR and where the text goes. */
  readonly color?: boolean;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** For a terminal: a table a suite, its columns aligned over all of them, and below it why cases have no samples. */
export function table(result: BenchResult, { color = false }: TableOptions = {}): string {
  // The caller has decided: styleText must not ask the stream again.
  const paint: Paint = color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
  const rows = new Map(result.cases.map((benchCase) => [benchCase, caseRow(benchCase, result.roof)]));
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...[...rows.values()].map((row) => row[column].length)),
  );
  const caseLine = (benchCase: BenchCase) => {
    const cells = line(rows.get(benchCase) ?? [], widths);
    // Peers are there to compare with; the eye should find our own rows first.
    return benchCase.side === 'convkit' ? cells : paint('dim', cells);
  };
  const sections = [...bySuite(result.cases)].map(([suite, cases]) =>
    [paint('bold', suite), paint('dim', line(HEAD, widths)), ...cases.map(caseLine)].join('\n'),
  );
  const head = [environmentLine(result.environment), ...(result.roof ? [roofLine(result.roof)] : [])];
  const parts = [paint('dim', head.join('\n')), ...sections, ...failures(result.cases, paint)];
  return `${parts.join('\n\n')}\n`;
}

function failures(cases: readonly BenchCase[], paint: Paint): string[] {
  const lines = cases
    .filter(({ samples }) => samples.length === 0)
    .map((benchCase) => `${benchCase.name} (${benchCase.side}, threads ${benchCase.threads}): ${reasonOf(benchCase)}`);
  return lines.length > 0 ? [paint('yellow', lines.join('\n'))] : [];
}

function line(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((text, column) => (NUMBERS.has(column) ? text.padStart(widths[column]) : text.padEnd(widths[column])))
    .join('  ')
    .trimEnd();
}
