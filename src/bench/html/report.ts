import { ArgumentError } from '../../errors.js';
import type { BenchResult } from '../result.js';
import { caseTable } from './case-table.js';
import { distributions } from './distribution.js';
import { facts } from './facts.js';
import { headline } from './headline.js';
import { history } from './history.js';
import type { Markup } from './markup.js';
import { measuredCases, sidesOf } from './measured.js';
import { page, type Section } from './page.js';
import { pairsOf } from './pairs.js';
import { rooflines } from './roofline.js';
import { speedups } from './speedup.js';

/**
 * A page of results that stands alone: one file, no request, light and dark, on a phone and on paper. It shows the
 * newest of the files, and the way of each case through all of them.
 *
 * @param results of one file or more, in any order
 * @throws {ArgumentError} without any
 */
export function htmlReport(results: readonly BenchResult[]): string {
  if (results.length === 0) throw new ArgumentError('htmlReport: results are empty, a page needs one at least');
  const oldestFirst = [...results].sort((a, b) => Date.parse(a.created) - Date.parse(b.created));
  const newest = oldestFirst[oldestFirst.length - 1];
  const cases = measuredCases(newest);
  const sides = sidesOf(newest.cases);
  const pairs = pairsOf(cases);
  const sections = [
    section('speed', 'Speed over peers', speedups(pairs)),
    section('roofline', 'Against the machine', rooflines(cases, sides, newest.roof)),
    section('history', 'History', history(oldestFirst)),
    section('spread', 'Spread', distributions(cases, sides)),
    section('cases', 'All cases', caseTable(newest.cases, sides, newest.roof)),
  ].flat();
  return page(`convkit bench, ${newest.environment.cpu}`, headline(newest, cases, pairs), sections, facts(newest));
}

function section(anchor: string, title: string, content: Markup | undefined): Section[] {
  return content ? [{ anchor, title, content }] : [];
}
