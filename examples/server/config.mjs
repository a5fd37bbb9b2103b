import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

/** By option: the environment variable that stands in for it, and its default. */
const SETTINGS = {
  port: { env: 'PORT', fallback: '8080' },
  host: { env: 'HOST', fallback: '127.0.0.1' },
  labels: { env: 'LABELS', fallback: '' },
  size: { env: 'IMAGE_SIZE', fallback: '224' },
  'max-batch': { env: 'MAX_BATCH', fallback: '16' },
  'max-delay': { env: 'MAX_DELAY_MS', fallback: '2' },
  'max-queue': { env: 'MAX_QUEUE', fallback: '256' },
  'max-file-size': { env: 'MAX_FILE_SIZE', fallback: '10485760' },
};

/** Configuration from the command line, else from the environment. Throws an Error that says what is wrong. */
export async function readConfig(args, env) {
  const options = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, { type: 'string' }]));
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...options, probabilities: { type: 'boolean' } },
  });
  const setting = (name) => values[name] ?? env[SETTINGS[name].env] ?? SETTINGS[name].fallback;
  const model = positionals[0] ?? env.MODEL;
  if (model === undefined || positionals.length > 1) throw new Error('give one model file: node main.mjs MODEL.onnx');
  return {
    model,
    host: setting('host'),
    port: readInteger('port', setting('port'), 0),
    server: {
      labels: await readLabels(setting('labels')),
      imageSize: readInteger('size', setting('size'), 1),
      maxFileSize: readInteger('max-file-size', setting('max-file-size'), 1),
      probabilities: values.probabilities ?? env.PROBABILITIES === '1',
      batcherOptions: {
        maxBatch: readInteger('max-batch', setting('max-batch'), 1),
        maxDelayMs: readInteger('max-delay', setting('max-delay'), 0),
        maxQueue: readInteger('max-queue', setting('max-queue'), 1),
      },
    },
  };
}

function readInteger(name, text, least) {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`--${name} (${SETTINGS[name].env}) must be an integer of at least ${least}, but got '${text}'`);
}

async function readLabels(path) {
  return path === '' ? [] : (await readFile(path, 'utf8')).trimEnd().split(/\r?\n/);
}
