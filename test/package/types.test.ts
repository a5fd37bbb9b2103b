import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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

/** A CommonJS module, whose declarations must be those of the same classes. */
const COMMON_JS = `
import convkit = require('convkit');
import { toTensor } from 'convkit/image';
import type { OfModules } from './of-modules.mjs' with { 'resolution-mode': 'import' };

const x: convkit.Tensor = convkit.Tensor.zeros([1, 1, 4, 4]);
export const layer = new convkit.Conv2d(1, 1, 3);
export const sameTensor: OfModules['tensor'] = x;
export const sameLayer: OfModules['layer'] = layer;
export const pixels: convkit.Tensor = toTensor({ data: new Uint8Array(3), width: 1, height: 1, channels: 3 });
// @ts-expect-error nothing but what is exported
convkit.coerceTensor;
`;

const OF_MODULES = `
import type { Conv2d, Tensor } from 'convkit';
export interface OfModules { tensor: Tensor; layer: Conv2d }
`;

/** A library's, whose compiler has to say in words what its functions return. */
const LIBRARY = `
import { conv2d, loadModel, MaxPool2d, runtime, Sequential, type Tensor } from 'convkit';
import { decodeImage, integralImage, letterbox, LetterboxMapping, presets, toTensor } from 'convkit/image';
export const convolve = (x: Tensor) => conv2d(x, x);
export const load = (path: string) => loadModel(path);
export const source = (mapping: LetterboxMapping) => mapping.toSource(1, 2);
export const target = (mapping: LetterboxMapping) => mapping.fromSource(1, 2);
export const parts = { runtime, Sequential, MaxPool2d, decodeImage, integralImage, letterbox, presets, toTensor };
export const state = () => runtime();
`;

/** A project with nothing in node_modules but the package's declarations. */
let project: string;

beforeAll(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'convkit-types-')));
  const place = join(project, 'node_modules', 'convkit');
  mkdirSync(place, { recursive: true });
  for (const name of ['package.json', 'dist/bundle/package.json', ...declarations()]) {
    cpSync(join(root, name), join(place, name));
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(project, 'consumer.ts'), CONSUMER);
  writeFileSync(join(project, 'library.ts'), LIBRARY);
  writeFileSync(join(project, 'signals.ts'), SIGNALS);
  writeFileSync(join(project, 'of-modules.mts'), OF_MODULES);
  writeFileSync(join(project, 'common-js.cts'), COMMON_JS);
});

afterAll(() => rmSync(project, { recursive: true }));

/** Those that are published. */
function declarations(): string[] {
  return ['index', 'image'].flatMap((name) => [`dist/bundle/${name}.d.ts`, `dist/bundle/${name}.d.mts`]);
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
    expect(declarations().filter((name) => mention.test(readFileSync(join(root, name), 'utf8')))).toEqual([]);
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

  it.each(['Node16', 'NodeNext'] as const)('are the same for `require`: %s', (name) => {
    const options = { module: ts.ModuleKind[name], verbatimModuleSyntax: true, isolatedModules: true };
    // The exported types of `require` are values of a CommonJS module, so a file with both is one that the compiler writes.
    const files = ['common-js.cts', 'of-modules.mts'];
    expect(complaints(files, { ...options, verbatimModuleSyntax: false, lib: ['lib.es2022.d.ts'] })).toEqual([]);
  });

  it('take the signals and addresses of "dom"', () => {
    const options = { module: NodeNext, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] };
    expect(complaints(['consumer.ts', 'signals.ts'], options)).toEqual([]);
  });

  it('take those of Node', () => {
    const options = { module: NodeNext, types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] };
    expect(complaints(['consumer.ts', 'signals.ts'], { ...options, lib: ['lib.es2022.d.ts'] })).toEqual([]);
  });

  it('can be named in those of a library', () => {
    const options = { ...COMMON, noEmit: false, declaration: true, module: NodeNext, lib: ['lib.es2022.d.ts'] };
    const program = ts.createProgram([join(project, 'library.ts')], options, hostFor(options));
    let written = '';
    const { diagnostics } = program.emit(undefined, (name, text) => {
      if (name.endsWith('library.d.ts')) written = text;
    });
    expect(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
    expect(written).toContain('source: (mapping: LetterboxMapping) => {');
    expect(written).not.toMatch(/: any\b|import\("[^c]/);
  });

  it.each([
    ['index', 'src/index.ts'],
    ['image', 'src/image/index.ts'],
  ])('of %s export what the modules do, and no more', (name, source) => {
    const options = { ...COMMON, module: NodeNext, lib: ['lib.es2023.d.ts'] };
    const files = [join(project, `node_modules/convkit/dist/bundle/${name}.d.ts`), join(root, source)];
    const program = ts.createProgram(files, options, hostFor(options));
    const [rolledUp, single] = files.map((file) => exportsOf(program, file));
    expect(rolledUp).toEqual(single);
    const values = Object.keys(createRequire(import.meta.url)(`../../dist/bundle/${name}.js`));
    expect(rolledUp?.values).toEqual(values.sort());
  });

  it('say nothing of what is internal', () => {
    for (const name of declarations())
      expect(readFileSync(join(root, name), 'utf8')).not.toMatch(/@internal|\bProgramBuilder\b/);
  });
});

/** The names that a file exports: all of them, and those that are there when the program runs. */
function exportsOf(program: ts.Program, file: string) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} is no module`);
  const symbols = checker.getExportsOfModule(module);
  const target = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const names = (some: readonly ts.Symbol[]) => some.map((symbol) => symbol.name).sort();
  const isValue = (symbol: ts.Symbol) => (target(symbol).flags & ts.SymbolFlags.Value) !== 0 && !isTypeOnly(symbol);
  return { all: names(symbols), values: names(symbols.filter(isValue)) };
}

/** `export { type Recipe }` of something that is a value elsewhere. */
function isTypeOnly(symbol: ts.Symbol): boolean {
  return symbol.declarations?.some((one) => ts.isExportSpecifier(one) && ts.isTypeOnlyExportDeclaration(one)) === true;
}
