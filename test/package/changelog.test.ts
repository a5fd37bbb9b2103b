import { describe, expect, it } from 'vitest';
import { cutRelease, unreleased } from '../../scripts/packages/changelog.mjs';

const CHANGELOG = `# Changelog

## Unreleased

### Added

- Something with $& in it.

## 0.1.0 (2026-01-02)

- The first.
`;

describe('the changelog of a release', () => {
  it('moves what is unreleased under the version', () => {
    const cut = cutRelease(CHANGELOG, '0.2.0', '2026-03-04');
    expect(cut).toBe(CHANGELOG.replace('## Unreleased\n', () => '## Unreleased\n\n## 0.2.0 (2026-03-04)\n'));
    expect(unreleased(cut)).toBe('');
  });

  it('is none where nothing is unreleased', () => {
    const cut = cutRelease(CHANGELOG, '0.2.0', '2026-03-04');
    expect(() => cutRelease(cut, '0.3.0', '2026-03-05')).toThrow('nothing under "## Unreleased"');
    expect(() => cutRelease('## Unreleased\n\n### Added\n', '0.3.0', '')).toThrow('nothing under');
    expect(() => cutRelease('# Changelog\n', '0.3.0', '')).toThrow('no section "## Unreleased"');
  });

  it('may be what a prerelease was', () => {
    const beta = cutRelease(CHANGELOG, '0.2.0-beta.0', '2026-03-04');
    const cut = cutRelease(beta, '0.2.0', '2026-03-05');
    expect(cut).toContain(
      '## Unreleased\n\n## 0.2.0 (2026-03-05)\n\nAs 0.2.0-beta.0.\n\n## 0.2.0-beta.0 (2026-03-04)\n',
    );
    expect(() => cutRelease(cut, '0.3.0', '2026-03-06')).toThrow('nothing under "## Unreleased"');
  });

  it('has each version once', () => {
    expect(() => cutRelease(CHANGELOG, '0.1.0', '2026-03-04')).toThrow('a section for 0.1.0 already');
  });
});
