/** What scripts/packages/binary/read.mjs knows of a shared library, as far as tests look. */
export interface Binary {
  readonly format: 'elf' | 'pe' | 'macho';
  readonly imports: readonly { readonly name: string; readonly library?: string }[];
  readonly exports: readonly string[];
}

export function readBinary(file: string): Binary;

/** None where it is fit to be published. */
export function problemsOf(
  binary: Binary,
  platform: { readonly id: string; readonly os: string; readonly cpu: string; readonly libc?: 'glibc' | 'musl' },
  content: Buffer,
): string[];
