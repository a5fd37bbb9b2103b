#!/usr/bin/env node
import { constants } from 'node:os';
import { styleText } from 'node:util';
import type { CommandContext } from './command.js';
import { dispatch } from './dispatch.js';
import { EXIT } from './exit-codes.js';

/** A command that has not ended by itself so long after Ctrl-C is not going to. */
const CLEAN_UP_MS = 2000;

const interruption = new AbortController();
let signalled: NodeJS.Signals | undefined;

/** The second signal of a kind finds no listener and ends the process at once. */
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    signalled = name;
    interruption.abort();
    setTimeout(() => process.exit(128 + constants.signals[name]), CLEAN_UP_MS).unref();
  });
}

/** Whoever reads has read enough (`convkit … | head`): nothing is wrong, and what is left need not be done. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? EXIT.success);
});

/** Remarks that nobody reads are no reason to stop. */
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const coloured = process.stdout.isTTY === true && process.stdout.hasColors();

const context: CommandContext = {
  print: (text) => void process.stdout.write(`${text}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
  paint: (style, text) => (coloured ? styleText(style, text) : text),
  signal: interruption.signal,
};

void dispatch(process.argv.slice(2), context).then((code) => {
  // Not process.exit(): what was written to a pipe may still be on its way.
  process.exitCode = signalled === undefined ? code : 128 + constants.signals[signalled];
});
