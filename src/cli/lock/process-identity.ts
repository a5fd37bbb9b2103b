import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told apart from every other one that ever was. What a system does not tell is ''. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Of the machine, which outlasts its start; two machines may have one name. */
  readonly machine: string;
  /** From one start of the machine to the next. */
  readonly boot: string;
  /** Where its number is counted: containers have spaces of their own. */
  readonly space: string;
  /** When it started, as the system says it: numbers of processes are used again. */
  readonly started: string;
}

export function identityOf(pid: number): ProcessIdentity {
  return {
    pid,
    host: hostname(),
    machine: read('/etc/machine-id'),
    boot: read('/proc/sys/kernel/random/boot_id'),
    space: link('/proc/self/ns/pid'),
    started: startOf(pid),
  };
}

/**
 * What has become of a process: 'foreign' is one of another machine or container, of which nobody here can know.
 */
export function fateOf(one: ProcessIdentity, here = identityOf(process.pid)): 'alive' | 'dead' | 'foreign' {
  if (one.host !== here.host || one.machine !== here.machine) return 'foreign';
  // The machine was started anew, and nothing has outlasted that.
  if (one.boot !== here.boot) return one.machine === '' ? 'foreign' : 'dead';
  if (one.space !== here.space) return 'foreign';
  if (!exists(one.pid) || isZombie(one.pid)) return 'dead';
  const started = startOf(one.pid);
  return started !== '' && one.started !== '' && started !== one.started ? 'dead' : 'alive';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** It has ended, and only its parent does not know yet. */
function isZombie(pid: number): boolean {
  return /^[ZX]/.test(statOf(pid)[0] ?? '');
}

function startOf(pid: number): string {
  if (process.platform === 'linux') return statOf(pid)[19] ?? '';
  if (process.platform !== 'darwin') return '';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
}

/** From the state on: the name before it may have spaces and brackets. */
function statOf(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? [] : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
