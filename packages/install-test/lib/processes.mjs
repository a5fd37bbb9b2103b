/** Commands that end: in time, or with whoever started them, together with all that they have started. */
import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

const running = new Set();

/** A group of its own, since npm starts others, which would outlive it. */
export function start(command, words, options) {
  const child = spawn(command, words, { ...options, detached: true });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

export function kill(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already, or was never started.
  }
}

export function killAll() {
  for (const child of running) kill(child);
}

process.once('exit', killAll);

/**
 * Runs a command to its end.
 *
 * @returns {Promise<{ status: number | null, stdout: string, stderr: string, seconds: number, isLate: boolean }>}
 */
export function runToEnd(command, words, { timeoutMs, ...options }) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = start(command, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      kill(child);
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (status) => {
      clearTimeout(timer);
      const seconds = (performance.now() - started) / 1000;
      resolve({ status, stdout: stdout(), stderr: stderr(), seconds, isLate });
    });
  });
}

function collect(stream) {
  const decoder = new StringDecoder('utf8');
  let text = '';
  stream.on('data', (bytes) => {
    text += decoder.write(bytes);
  });
  return () => text + decoder.end();
}
