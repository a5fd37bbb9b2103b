import type { Finding, Level } from '../../bench/doctor/finding.js';
import type { Style } from '../command.js';
import { HELP_WIDTH, wrap } from '../wrap.js';

const MARKS: Readonly<Record<Level, { mark: string; style: Style }>> = {
  ok: { mark: 'ok', style: 'green' },
  note: { mark: 'note', style: 'yellow' },
  warning: { mark: 'warning', style: 'red' },
};

/** As wide as the longest mark and two spaces. */
const INDENT = 9;
const WIDTH = HELP_WIDTH - INDENT;

/** The findings as text of at most 80 columns, each with what to do under it, and a last line that counts them. */
export function formatFindings(
  findings: readonly Finding[],
  paint: (style: Style, text: string) => string = (_, text) => text,
): string {
  const margin = ' '.repeat(INDENT);
  const lines = findings.flatMap(({ level, says, remedy }) => {
    const { mark, style } = MARKS[level];
    const [first, ...more] = wrap(says, WIDTH);
    const remedies = remedy === undefined ? [] : wrap(`→ ${remedy}`, WIDTH);
    return [
      paint(style, mark) + ' '.repeat(INDENT - mark.length) + first,
      ...more.map((line) => margin + line),
      ...remedies.map((line) => margin + paint('bold', line)),
    ];
  });
  return [...lines, '', verdict(findings)].join('\n');
}

function verdict(findings: readonly Finding[]): string {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const warnings = count('warning');
  const notes = count('note');
  if (warnings > 0) return `Timings here are unstable: ${plural(warnings, 'warning')}, ${plural(notes, 'note')}.`;
  if (notes > 0) return `Timings here may vary: ${plural(notes, 'note')}.`;
  return 'Nothing here makes timings unstable.';
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
