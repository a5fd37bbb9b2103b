import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const CONSUMER = `
import { Batcher, Conv2d, conv2d, conv2dAsync, loadModel, loadWeights, Sequential, Tensor, type Feeds } from 'convkit';
import { decodeImage, type Image, preprocess, resize } from 'convkit/image';

const x: Tensor = conv2d(Tensor.zeros([1, 1, 4, 4]), Tensor.zeros([1, 1, 3, 3]), { padding: 'same', activation: 'relu' });
const photo: Image = resize(await decodeImage('photo.jpg'), { size: 8 });
export const input = preprocess([photo], 'imagenet');
export const layers = new Sequential(new Conv2d(1, 1, 1)).load(await loadWeights('weights.safetensors'));

export async function classify(feeds: Feeds) {
  using model = await loadModel(new Uint8Array(4));
  await using batcher = new Batcher(model);
  // @ts-expect-error the options are checked, whatever the program knows of the platform
  await conv2dAsync(x, x, { sginal: undefined });
  // @ts-expect-error a number is no path
  await loadModel(3);
  return [await model.run(feeds), await batcher.run(x), await conv2dAsync(x, x, { padding: 1 })];
}
`;

/** For programs that know the platform. */
const SIGNALS = `
import { conv2dAsync, loadModel, Tensor } from 'convkit';

const x = Tensor.zeros([1, 1, 4, 4]);
const model = await loadModel(new URL('model.onnx', import.meta.url));
await model.run(x, { signal: AbortSignal.timeout(1000) });
await conv2dAsync(x, x, { signal: new AbortController().signal });
// @ts-expect-error the class is no signal
await conv2dAsync(x, x, { signal: AbortSignal });
`;

/** A project with nothing in node_modules but the package's declarations. */
let project: string;

beforeAll(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'convkit-types-')));
  const place = join(project, 'node_modules', 'convkit');
  mkdirSync(place, { recursive: true });
  cpSync(join(root, 'package.json'), join(place, 'package.json'));
  for (const name of declarations()) cpSync(join(root, 'dist', name), join(place, 'dist', name));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(project, 'consumer.ts'), CONSUMER);
  writeFileSync(join(project, 'signals.ts'), SIGNALS);
});

afterAll(() => rmSync(project, { recursive: true }));

function declarations(): string[] {
  return readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.d.ts'),
  );
}

const COMMON: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  skipLibCheck: false,
  target: ts.ScriptTarget.ES2022,
  types: [],
};

/** TypeScript's own libraries are large, and the same for every program. */
const parsed = new Map<string, ts.SourceFile | undefined>();

function hostFor(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (name, ...rest) => {
    if (!name.includes('/lib.')) return read(name, ...rest);
    if (!parsed.has(name)) parsed.set(name, read(name, ...rest));
    return parsed.get(name);
  };
  return host;
}

/** What the compiler has against the files and the declarations that they lead to. */
function complaints(files: readonly string[], given: ts.CompilerOptions): string[] {
  const options = { ...COMMON, ...given };
  const names = files.map((file) => join(project, file));
  const program = ts.createProgram(names, options, hostFor(options));
  const checked = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(project));
  return [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...checked.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ].map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

describe('the declarations', () => {
  it('never mention the types of sharp, which is optional', () => {
    const mention = /(?:from |import\()['"]sharp['"]/;
    expect(declarations().filter((name) => mention.test(readFileSync(join(root, 'dist', name), 'utf8')))).toEqual([]);
  });

  const { NodeNext, Node16, ESNext } = ts.ModuleKind;
  const modules: [string, ts.CompilerOptions][] = [
    ['nodenext', { module: NodeNext, exactOptionalPropertyTypes: true }],
    ['node16', { module: Node16 }],
    ['bundler', { module: ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
  ];

  it.each(modules)('compile for %s in a program that knows no platform', (_, options) => {
    expect(complaints(['consumer.ts'], { ...options, lib: ['lib.es2022.d.ts'] })).toEqual([]);
  });

  it('take the signals and addresses of "dom"', () => {
    const options = { module: NodeNext, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] };
    expect(complaints(['consumer.ts', 'signals.ts'], options)).toEqual([]);
  });

  it('take those of Node', () => {
    const options = { module: NodeNext, types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] };
    expect(complaints(['consumer.ts', 'signals.ts'], { ...options, lib: ['lib.es2022.d.ts'] })).toEqual([]);
  });
});
