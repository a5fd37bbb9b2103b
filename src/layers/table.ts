/** A table of text. */
export interface Table {
  readonly head: readonly string[];
  readonly body: readonly (readonly string[])[];
  readonly foot: readonly string[];
  /** Columns of numbers. */
  readonly rightAligned: readonly number[];
}

/** Aligns a table's columns with spaces, with a rule under the head and above the foot. */
export function formatTable({ head, body, foot, rightAligned }: Table): string {
  const widths = head.map((_, column) => longest([head, ...body, foot].map((row) => row[column])));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) =>
        rightAligned.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(longest([head, ...body].map(line)));
  return [line(head), rule, ...body.map(line), rule, line(foot)].join('\n');
}

/** 1234567 → '1,234,567', whatever the locale. */
export function groupDigits(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A table may have more rows than a call can have arguments. */
function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}
