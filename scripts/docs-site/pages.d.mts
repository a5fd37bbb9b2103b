export interface Section {
  readonly title: string;
  /** Relative to the root, with slashes. */
  readonly files: readonly string[];
}

export const REFERENCE: string;
export function listSections(root: string): readonly Section[];
export function pageName(file: string): string;
