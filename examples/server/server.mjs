import { monitorEventLoopDelay } from 'node:perf_hooks';
import multipart from '@fastify/multipart';
import { Batcher, runtime } from 'convkit';
import fastify from 'fastify';
import { BadImageError, imageSizeOf, readImage } from './image.mjs';
import { best, softmax } from './scores.mjs';

const RETRY_AFTER_SECONDS = 1;
const DELAY_RESOLUTION_MS = 10;

/**
 * The HTTP server around a model, which stays the caller's to dispose of.
 *
 * @param model As loadModel gives; its first output holds a score for each class.
 * @param probabilities Whether the model ends in a softmax already.
 * @param imageSize Height and width of the images where the model leaves them free.
 */
export async function buildServer({
  model,
  batcherOptions = {},
  labels = [],
  probabilities = false,
  imageSize = 224,
  maxFileSize = 10 * 1024 * 1024,
  logger = false,
}) {
  const size = imageSizeOf(model, imageSize);
  const batcher = new Batcher(model, batcherOptions);
  const app = fastify({ logger });
  await app.register(multipart, { limits: { fileSize: maxFileSize, files: 1, fields: 0 } });
  app.setErrorHandler(answerError);

  app.post('/predict', async (request, reply) => {
    const signal = abortedWithConnection(reply);
    const file = await readUpload(request);
    const outputs = await batcher.run(await readImage(file, size), { signal });
    const scores = outputs[model.outputs[0].name].data;
    return { predictions: best(probabilities ? scores : softmax(scores), labels, 5) };
  });

  app.get('/health', () => ({ status: 'ok', waiting: batcher.size, runtime: runtime() }));

  addMetrics(app, batcher);
  hangUpWhenClosing(app);
  // By now all requests have been answered, so this only waits for runs whose clients have gone.
  app.addHook('onClose', () => batcher.close());
  return app;
}

async function readUpload(request) {
  const part = await request.file();
  if (part === undefined) throw new BadImageError('the form has no file; send one image as multipart/form-data');
  return part.toBuffer();
}

/** Nobody reads the answer of a client that has gone, so its place in the batch is given to another. */
function abortedWithConnection(reply) {
  const controller = new AbortController();
  reply.raw.on('close', () => controller.abort());
  return controller.signal;
}

/** The event loop's delay since the last look: how long other requests had to wait for this process to listen. */
function addMetrics(app, batcher) {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  // What is recorded is the time from one tick to the next, which is the resolution on an idle loop.
  const toMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - DELAY_RESOLUTION_MS);
  app.get('/metrics', () => {
    const eventLoopDelayMs = {
      p50: toMs(delay.percentile(50)),
      p99: toMs(delay.percentile(99)),
      max: toMs(delay.max),
    };
    delay.reset();
    return { waiting: batcher.size, ...batcher.stats, eventLoopDelayMs };
  });
  app.addHook('onClose', async () => delay.disable());
}

/** A connection kept alive after its last answer would hold up the shutdown for as long as it may idle, 72 seconds. */
function hangUpWhenClosing(app) {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}

function answerError(error, request, reply) {
  if (error.code === 'ERR_QUEUE_FULL' || error.code === 'ERR_CLOSED') {
    return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send({ error: 'too busy, try again later' });
  }
  if (error.name === 'AbortError') return reply.code(499).send(); // the client has gone: for the log alone
  const status = error.statusCode ?? 500;
  if (status < 500) return reply.code(status).send({ error: error.message });
  request.log.error(error);
  return reply.code(500).send({ error: 'internal error' });
}
