/** Every line of help fits a terminal of this width. */
export const HELP_WIDTH = 80;

/** Breaks a text at spaces into lines of at most `width` characters; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** A term in the margin may be this wide before its explanation moves to the next line. */
const MOST_TERM = 26;

/** Terms and what they mean, in two columns, indented by two. */
export function definitions(rows: readonly (readonly [term: string, meaning: string])[]): string[] {
  const column = Math.min(MOST_TERM, Math.max(0, ...rows.map(([term]) => term.length))) + 4;
  const margin = ' '.repeat(column);
  return rows.flatMap(([term, meaning]) => {
    const lines = wrap(meaning, HELP_WIDTH - column);
    if (term.length + 4 > column) return [`  ${term}`, ...lines.map((line) => margin + line)];
    const [first = '', ...more] = lines;
    return [(`  ${term}`.padEnd(column) + first).trimEnd(), ...more.map((line) => margin + line)];
  });
}
