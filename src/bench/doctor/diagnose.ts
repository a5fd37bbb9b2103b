import { COMPANY_CHECKS } from './checks/company.js';
import { CONDITION_CHECKS } from './checks/conditions.js';
import { PROCESSOR_CHECKS } from './checks/processor.js';
import type { Finding } from './finding.js';
import type { Machine } from './machine.js';

const CHECKS = [...PROCESSOR_CHECKS, ...COMPANY_CHECKS, ...CONDITION_CHECKS];

/** Everything that can be said of a machine's timings; what it does not tell is left out. */
export function diagnose(machine: Machine): Finding[] {
  return CHECKS.flatMap((check) => check(machine) ?? []);
}
