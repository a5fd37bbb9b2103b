import type { AnyCommand } from './command.js';

/** A command before it is loaded: `convkit --version` must not wait for the code of all of them. */
export interface Entry {
  /** One word, or more: `bench doctor`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<AnyCommand>;
}

/** All commands, in the order of the help. */
export const COMMANDS: readonly Entry[] = [
  {
    name: 'info',
    summary: 'what runs the work here: backend, instruction set, threads, caches',
    load: async () => (await import('./commands/info.js')).info,
  },
  {
    name: 'preprocess',
    summary: 'a folder of images, or a million files, to the input of a network',
    load: async () => (await import('./commands/preprocess.js')).preprocess,
  },
  {
    name: 'filter',
    summary: 'an image, or a folder of them, blurred, sharpened, or its edges',
    load: async () => (await import('./commands/filter.js')).filter,
  },
  {
    name: 'run',
    summary: 'images through a network, to JSON lines or a .npy file',
    load: async () => (await import('./commands/run.js')).run,
  },
  {
    name: 'bench',
    summary: 'how fast convkit is on this machine, and how far from what the machine can do',
    load: async () => (await import('./commands/bench.js')).bench,
  },
  {
    name: 'bench compare',
    summary: 'whether anything became slower between two result files',
    load: async () => (await import('./commands/bench-compare.js')).benchCompare,
  },
  {
    name: 'bench ab',
    summary: 'whether anything became slower between two versions, measured in turns',
    load: async () => (await import('./commands/bench-ab.js')).benchAb,
  },
  {
    name: 'bench doctor',
    summary: 'what would make timings unstable on this machine, and what to do',
    load: async () => (await import('./commands/bench-doctor.js')).benchDoctor,
  },
];

/** The entry whose name the words begin with, the longest such name, and the words after it. */
export function findEntry(words: readonly string[], entries = COMMANDS): { entry: Entry; rest: string[] } | undefined {
  for (let count = words.length; count > 0; count--) {
    const name = words.slice(0, count).join(' ');
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry !== undefined) return { entry, rest: words.slice(count) };
  }
  return undefined;
}

/** The commands under a first word: those of `bench`. */
export function entriesUnder(word: string, entries = COMMANDS): readonly Entry[] {
  return entries.filter(({ name }) => name.startsWith(`${word} `));
}
