import type { BenchResult } from '../result.js';
import { bySuite, caseRow, HEAD, NUMBERS, reasonOf } from './case-row.js';
import { environmentLine, roofLine } from './environment-line.js';

/**
 * Tables for a pull request or a README: a heading a suite, and below its table why cases have no samples.
 *
 * @see GitHub Flavored Markdown Spec, "Tables (extension)"
 */
export function markdown(result: BenchResult): string {
  const head = [environmentLine(result.environment), ...(result.roof ? [roofLine(result.roof)] : [])].map(escapeInline);
  const sections = [...bySuite(result.cases)].map(([suite, cases]) => {
    const rows = cases.map((benchCase) => tableRow(caseRow(benchCase, result.roof).map(escapeCell)));
    const failed = cases.filter(({ samples }) => samples.length === 0);
    const notes = failed.map((benchCase) => `- ${escapeInline(`${benchCase.name}: ${reasonOf(benchCase)}`)}`);
    return [
      `### ${escapeInline(suite)}`,
      [tableRow(HEAD), tableRow(HEAD.map((_, column) => (NUMBERS.has(column) ? '---:' : '---'))), ...rows].join('\n'),
      ...(notes.length > 0 ? [notes.join('\n')] : []),
    ].join('\n\n');
  });
  return `${[head.join('  \n'), ...sections].join('\n\n')}\n`;
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A pipe ends a cell even within code: it needs its backslash there too. */
function escapeCell(text: string): string {
  return escapeInline(text).replace(/\|/g, '\\|');
}

/** Backslashes keep punctuation from becoming emphasis, links, code or HTML; a line break would end the row. */
function escapeInline(text: string): string {
  return text
    .replace(/[\\`*_[\]<>~#]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/\s*\r?\n\s*/g, ' ');
}
