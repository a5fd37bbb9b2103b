import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ImageError } from '../../errors.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { requireFolderFor } from '../files/place.js';
import { requireFile } from '../files/require-file.js';
import { isSystemError } from '../files/system-error.js';
import { checkFilterTargets, pairFiles } from '../filters/files.js';
import { filterFile, UnwrittenError } from '../filters/filter-file.js';
import { describeKinds, filterKind } from '../filters/kinds.js';
import { IGNORE_ICC } from '../jobs/job-options.js';
import { reasonOf } from '../jobs/reason.js';
import { flag, integer, single, type ValueSpec } from '../options.js';

function positive(help: string): ValueSpec<number, undefined> {
  return {
    value: 'X',
    expected: 'a positive number',
    parse: (given) => {
      const number = /^(\d+\.?\d*|\.\d+)$/.test(given) ? Number(given) : 0;
      return number > 0 ? number : undefined;
    },
    help,
  };
}

const OPTIONS = {
  sigma: single(positive('of the bell, in pixels; 2 by default')),
  size: single(integer('N', [1, 99], { help: 'of the window, in pixels; 3 by default' })),
  amount: single(positive('how much is added; 1 by default')),
  overwrite: flag('replace files that are there; never one that is read'),
  ignoreIcc: IGNORE_ICC,
};

export const filter = defineCommand({
  description: `Filters an image, or all images in and under a folder: ${describeKinds()}. Grey stays grey, 16 bits stay 16, and alpha stays as it is; what the format of OUT cannot hold is left out, with a note. Images are turned as their EXIF orientation says, colours become sRGB, and of an animation the first frame is taken; profiles and other metadata are left out. Files are read and written by the package sharp.`,
  options: OPTIONS,
  positionals: { usage: 'KIND IN OUT', min: 3, max: 3 },
  exitCodes: { 1: 'some images were no good, or could not be written' },
  examples: [
    ['convkit filter gaussian-blur photo.jpg soft.jpg --sigma 3', 'one image'],
    ['convkit filter sobel photos edges', 'a folder, into another one of PNGs under the same names'],
  ],
  async run({ ignoreIcc, overwrite, ...settings }, [kind, input, out], { note, print, signal }) {
    const chosen = filterKind(kind, settings);
    const one = async (from: string, to: string) => {
      await requireFile(from);
      await filterFile(from, to, { kind: chosen, settings, ignoreIcc, note });
    };
    if (!(await stat(input).catch(() => undefined))?.isDirectory()) {
      await requireFolderFor(out);
      await checkFilterTargets([{ from: input, to: out }], overwrite);
      try {
        await one(input, out);
        return 0;
      } catch (error) {
        if (!(error instanceof UnwrittenError)) throw error;
        note(`convkit filter: ${error.message}`);
        return 1;
      }
    }
    const { pairs, unreadable, remarks } = await pairFiles(input, out);
    for (const remark of remarks) note(remark);
    await checkFilterTargets(pairs, overwrite);
    let bad = 0;
    for (const { from, to } of pairs) {
      if (signal.aborted) return EXIT.interrupted;
      const problem = unreadable.get(from);
      try {
        if (problem !== undefined) throw new ImageError(`${from}: ${problem}`);
        await mkdir(dirname(to), { recursive: true });
        await one(from, to);
      } catch (error) {
        const isBad = error instanceof ImageError;
        if (!isBad && !(error instanceof UnwrittenError) && !isSystemError(error)) throw error;
        bad++;
        note(isBad ? `${from}: ${reasonOf(error, from)}` : error.message);
      }
    }
    print(`${pairs.length - bad} images → ${out}`);
    return bad > 0 ? 1 : 0;
  },
});
