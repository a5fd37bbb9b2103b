import { DEFAULT_PIXEL_LIMIT, FAIL_ON } from '../../image/decode.js';
import { choice, flag, integer, single, type Values } from '../options.js';
import { decodersByDefault } from './decode-in-order.js';
import type { Job } from './job.js';

const DAMAGE = choice(FAIL_ON, { help: 'the least damage that a file is refused for', default: 'warning' });

/** For all commands that decode. */
export const IGNORE_ICC = flag('take values as they are stored, whatever ICC profile they are in');

/** What commands that work through many images can be told. */
export const JOB_OPTIONS = {
  workers: single(integer('N', [1, 256], { help: 'files decoded at a time; four, or one a processor, by default' })),
  batch: single(integer('N', [1, 4096], { help: 'images computed together', default: 8 })),
  limitInputPixels: single(
    integer('N', [1, 2 ** 40], { help: 'images of more pixels are refused', default: DEFAULT_PIXEL_LIMIT }),
  ),
  failOn: single(DAMAGE),
  ignoreIcc: IGNORE_ICC,
  strict: flag('stop at the first file that is no good'),
  null: flag('names on standard input end with a zero byte, as with find -print0'),
};

/** And those whose result is on the disk. */
export const RESULT_OPTIONS = {
  syncSeconds: single(
    integer('N', [0, 3600], { help: 'how often what is done is made to last; 0 for each batch', default: 2 }),
  ),
  overwrite: flag('replace a result that is there'),
  restart: flag('forget what an interrupted run has done'),
  quiet: flag('show no progress', 'q'),
};

/** What a job takes of the options, and its bounds of memory: pixels that wait, and those of a batch. */
export function jobFacts(
  values: Values<typeof JOB_OPTIONS>,
  [waiting, batch]: readonly [number, number],
): Pick<Job, 'pixelLimit' | 'failOn' | 'ignoreIcc' | 'strict' | 'batchRows' | 'limits'> {
  return {
    pixelLimit: values.limitInputPixels,
    failOn: values.failOn,
    ignoreIcc: values.ignoreIcc,
    strict: values.strict,
    batchRows: values.batch,
    limits: {
      workers: values.workers ?? decodersByDefault(),
      ahead: 4 * values.batch,
      pixels: waiting,
      held: batch,
    },
  };
}
