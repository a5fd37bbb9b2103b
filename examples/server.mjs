// Asynchronous in a server: the event loop stays free while convolutions run, and a closed connection stops its own.
//   curl -X POST --data '[[0, 1, 2], [3, 4, 5], [6, 7, 8]]' http://localhost:8080
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Conv2d, Tensor } from 'convkit';

const layer = new Conv2d(1, 1, 3, {
  padding: 1,
  weight: Tensor.from([
    [
      [
        [1, 2, 1],
        [2, 4, 2],
        [1, 2, 1],
      ],
    ],
  ]),
  bias: false,
});

const server = createServer(async (request, response) => {
  const closed = new AbortController();
  response.on('close', () => closed.abort());
  try {
    const image = Tensor.from([await json(request)]);
    const [blurred] = (await layer.forwardAsync(image, { signal: closed.signal })).toNested();
    response.setHeader('content-type', 'application/json').end(JSON.stringify(blurred));
  } catch (error) {
    if (!response.destroyed) response.writeHead(400).end(`${error.message}\n`);
  }
});

await once(server.listen(Number(process.env.PORT ?? 8080)), 'listening');
console.log(`POST an image as JSON to http://localhost:${server.address().port}`);
