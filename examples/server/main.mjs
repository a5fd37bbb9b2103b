// Classifies uploaded images: many requests, each with its own image, become few runs of the model.
//   npm ci --ignore-scripts && node main.mjs MODEL.onnx
//   curl -F image=@cat.jpg http://localhost:8080/predict
//
// option             environment     default
//   MODEL.onnx         MODEL                      a network with one input [N, 3, H, W] and a score for each class
//   --port             PORT            8080       0 takes a free one
//   --host             HOST            127.0.0.1
//   --labels           LABELS                     a text file, the name of a class a line
//   --probabilities    PROBABILITIES=1            the network ends in a softmax already
//   --size             IMAGE_SIZE      224        height and width, where the model leaves them free
//   --max-batch        MAX_BATCH       16         images in a run
//   --max-delay        MAX_DELAY_MS    2          how long an image waits for others
//   --max-queue        MAX_QUEUE       256        images that wait; the next is answered 503
//   --max-file-size    MAX_FILE_SIZE   10485760   bytes of an upload; more is answered 413
import { loadModel } from 'convkit';
import { readConfig } from './config.mjs';
import { buildServer } from './server.mjs';

const config = await readConfig(process.argv.slice(2), process.env).catch((error) => {
  console.error(error.message);
  process.exit(2);
});
const model = await loadModel(config.model);
const app = await buildServer({ model, ...config.server });
console.log(`POST images to ${await app.listen({ port: config.port, host: config.host })}/predict`);

/** Answers what has come, refuses what comes; a second signal ends the process at once, as Node does by itself. */
async function shutDown() {
  await app.close();
  model.dispose();
}
process.once('SIGTERM', shutDown);
process.once('SIGINT', shutDown);
