import type { ValueSpec } from '../options.js';

/** A share between 0 and 1, as `5%`, `5` or `0.05` would be too easy to mistake: the sign is needed. */
export function percent(help: string, byDefault: number): ValueSpec<number, number> {
  return {
    value: 'PERCENT',
    expected: 'a percentage such as 5%',
    parse: (given) => {
      const number = /^(\d+(\.\d+)?)%$/.exec(given)?.[1];
      return number === undefined ? undefined : Number(number) / 100;
    },
    help,
    default: byDefault,
    written: (share) => `${Number((100 * share).toPrecision(12))}%`,
  };
}
