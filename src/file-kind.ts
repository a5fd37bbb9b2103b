/** First bytes by which files are told, and what a message calls such a file. */
const BEGINNINGS: readonly [beginning: string, kind: string][] = [
  [
    'PK\x03\x04',
    "a ZIP archive, as torch.save writes (export it: torch.onnx.export for ONNX, safetensors' save_file for weights)",
  ],
  ['\x80\x02', 'a Python pickle, as old versions of torch.save write'],
  ['\x80\x03', 'a Python pickle'],
  ['\x80\x04', 'a Python pickle'],
  ['\x80\x05', 'a Python pickle'],
  ['\x89HDF', 'an HDF5 file, as Keras writes'],
  ['\x93NUMPY', 'a NumPy file'],
  ['GGUF', 'a GGUF file'],
  ['\x1f\x8b', 'a gzip file: unpack it first'],
  ['version https://git-lfs', 'a pointer of Git LFS: fetch the file itself with `git lfs pull`'],
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
];

const text = (bytes: Uint8Array, from: number, end: number) => String.fromCharCode(...bytes.subarray(from, end));

/** What a file seems to be by its first bytes; undefined where they say nothing. A guess, for messages about one that failed. */
export function fileKind(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'an empty file';
  const start = text(bytes, 0, 64);
  const known = BEGINNINGS.find(([beginning]) => start.startsWith(beginning));
  if (known !== undefined) return known[1];
  if (text(bytes, 4, 8) === 'TFL3') return 'a TensorFlow Lite model';
  if (text(bytes, 4, 8) === 'ORTM') return "onnxruntime's own format: take the .onnx file that it was made of";
  if (text(bytes, 6, 9) === '\0\0{' || text(bytes, 6, 9) === '\0\0[')
    return 'a safetensors file, which has weights and no network';
  const word = start.trimStart().toLowerCase();
  if (word.startsWith('<!doctype html') || word.startsWith('<html'))
    return 'a web page, such as an error instead of a download';
  if (word.startsWith('<?xml') || word.startsWith('<net')) return 'an XML file, such as of OpenVINO';
  if (/^[{[]\s*["[{]/.test(word)) return 'JSON';
  return undefined;
}

/** For the end of a message: `; it looks like …`, or nothing. */
export function looksLike(bytes: Uint8Array): string {
  const kind = fileKind(bytes);
  return kind === undefined ? '' : `; it looks like ${kind}`;
}
