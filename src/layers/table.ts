/** A table of text. */
export interface Table {
  readonly head: readonly string[];
  readonly body: readonly (readonly string[])[];
  readonly foot: readonly string[];
  /** Columns of numbers. */
  readonly rightAligned: readonly number[];
  /** The most columns of a line: text, not numbers, is then broken into several lines. */
  readonly width?: number;
}

/** What summaries are as wide as at most. */
export const SUMMARY_WIDTH = 120;

/** A column of text is made no narrower than this. */
const NARROWEST = 8;
const GAP = '  ';

/** Aligns a table's columns with spaces, with a rule under the head and above the foot. */
export function formatTable({ head, body, foot, rightAligned, width = Number.POSITIVE_INFINITY }: Table): string {
  const rows = [head, ...body, foot];
  const natural = head.map((_, column) => rows.reduce((most, row) => Math.max(most, row[column].length), 0));
  const widths = narrowed(natural, rightAligned, width);
  const lines = (row: readonly string[]) => {
    const cells = row.map((text, column) => breakText(text, widths[column]));
    const height = cells.reduce((most, { length }) => Math.max(most, length), 1);
    return Array.from({ length: height }, (_, i) =>
      cells
        .map((cell, column) => {
          const text = cell[i] ?? '';
          return rightAligned.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]);
        })
        .join(GAP)
        .trimEnd(),
    );
  };
  const [top, middle, bottom] = [lines(head), body.flatMap(lines), lines(foot)];
  const rule = '─'.repeat([...top, ...middle].reduce((most, { length }) => Math.max(most, length), 0));
  return [...top, rule, ...middle, rule, ...bottom].join('\n');
}

/** Takes from the widest columns of text until all of them fit. */
function narrowed(natural: readonly number[], rightAligned: readonly number[], width: number): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, one) => sum + one, 0) + GAP.length * (widths.length - 1);
  for (let excess = total() - width; excess > 0; excess = total() - width) {
    const texts = widths.flatMap((one, column) => (rightAligned.includes(column) || one <= NARROWEST ? [] : [column]));
    if (texts.length === 0) return widths;
    const widest = texts.reduce((a, b) => (widths[b] > widths[a] ? b : a));
    const second = texts.reduce((most, column) => (column === widest ? most : Math.max(most, widths[column])), 0);
    const least = Math.max(NARROWEST, widths[widest] - excess, Math.min(second, widths[widest] - 1));
    widths[widest] = least;
  }
  return widths;
}

/** Lines of at most so many characters, broken at spaces, and inside of words that are longer than a line. */
export function breakText(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** 1234567 → '1,234,567', whatever the locale. */
export function groupDigits(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
