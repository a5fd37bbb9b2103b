import { diagnose } from '../../bench/doctor/diagnose.js';
import { readMachine } from '../../bench/doctor/read-machine.js';
import { defineCommand } from '../command.js';
import { flag } from '../options.js';
import { formatFindings } from './doctor-report.js';

/** Long enough to see neighbours and a scheduler's habits, short enough to be asked often. */
const WATCH_MS = 1000;

export const benchDoctor = defineCommand({
  description:
    'Watches the machine for a second and says what would make timings unstable here, and what to do about it: ' +
    'frequency scaling, other processes, quotas, a hypervisor, heat, memory, the clock. It changes nothing.',
  options: {
    strict: flag('exit with 1 where there is a warning, for scripts'),
    json: flag('print one JSON object: what was seen, and the findings'),
  },
  exitCodes: { 1: 'with --strict: there is a warning' },
  examples: [['convkit bench doctor --strict && node my-benchmark.js', 'measures only where it makes sense']],
  async run({ strict, json }, _, { print, paint, signal }) {
    const machine = await readMachine({ milliseconds: WATCH_MS, signal });
    const findings = diagnose(machine);
    print(json ? JSON.stringify({ machine, findings }, undefined, 2) : formatFindings(findings, paint));
    return strict && findings.some(({ level }) => level === 'warning') ? 1 : 0;
  },
});
