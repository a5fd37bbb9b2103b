/**
 * The part of vitest that the suites use, in one process and without its bundler, which is a program of each system's
 * own. `expect` is vitest's.
 */
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const { expect } = chai;

const tests = [];
const names = [];

export const describe = Object.assign(group, { each: (rows) => each(group, rows) });
export const test = Object.assign(add, { each: (rows) => each(add, rows) });
export const it = test;

function group(name, body) {
  names.push(name);
  body();
  names.pop();
}

function add(name, body) {
  tests.push({ name: [...names, name].join(' > '), body });
}

function each(register, rows) {
  return (template, body) => {
    for (const row of rows) {
      const values = Array.isArray(row) ? row : [row];
      let next = 0;
      const name = template.replace(/%[sdj]/g, () => String(values[next++]));
      register(name, () => body(...values));
    }
  };
}

/** Runs them one after the other, and ends the process with 1 where one failed. */
export async function runTests() {
  const failed = [];
  for (const { name, body } of tests) {
    try {
      await body({});
    } catch (error) {
      failed.push(name);
      if (failed.length <= 10) console.log(`FAIL ${name}\n  ${error.stack}`);
    }
  }
  console.log(`${tests.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 && tests.length > 0 ? 0 : 1;
}
