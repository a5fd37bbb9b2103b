// What is bundled for Windows: the suites that every backend and instruction set must pass, without those that read
// fixtures, whose paths a bundle would lose.
import '../../test/parity/definition.test.ts';
import '../../test/parity/long-reductions.test.ts';
import '../../test/parity/long-sums.test.ts';
import '../../test/parity/nonfinite.test.ts';
import '../../test/parity/steps.test.ts';
import '../../test/parity/variations.test.ts';
import './host.test.mjs';
import { runTests } from './vitest.mjs';

await runTests();
