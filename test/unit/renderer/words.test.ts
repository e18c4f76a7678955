import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../contract/errors.ts';
import en from '../../../contract/locales/en.json';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Every path to a string in the words, and to a list of strings. */
function pathsOf(node: unknown, path: string[] = []): string[] {
  if (typeof node === 'string' || Array.isArray(node)) return [path.join('.')];
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, child]) => pathsOf(child, [...path, name]));
}

function sourcesOf(folder: string): Array<{ file: string; text: string }> {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => ['.ts', '.tsx'].includes(extname(file)))
    .map((file) => ({ file: join(folder, file), text: readFileSync(join(ROOT, folder, file), 'utf8') }));
}

const paths = new Set(pathsOf(en));
const sources = [...sourcesOf('renderer'), ...sourcesOf('electron')];
const uses = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/\bt\(\s*(['"`])([^'"`]+)\1/g)].map((match) => ({ file, key: match[2] ?? '' })),
);

describe('the words of the page', () => {
  it.each(errorCodes)('exist for %s', (code) => {
    const words = en.errors[code];
    expect(words.title).toMatch(/^[A-Z].*\.$/);
    expect(words.hint).toMatch(/^[A-Z].*\.$/);
  });

  it('name no error that is not in the contract', () => {
    expect(Object.keys(en.errors).sort()).toEqual([...errorCodes].sort());
  });

  it('exist for every key that the code asks for', () => {
    expect(uses.length).toBeGreaterThan(40);
    const missing = uses.filter(({ key }) => {
      // A key with a part that is known only at run time: something must start and end like it.
      const pattern = key
        .split(/\$\{[^}]*\}/)
        .map((part) => part.replaceAll('.', '\\.'))
        .join('[^.]+');
      return ![...paths].some((path) => new RegExp(`^${pattern}(_one|_other)?$`).test(path));
    });
    expect(missing).toEqual([]);
  });

  it('exist for every state and device that a header can name', () => {
    for (const key of ['idle', 'loading', 'failed', 'cpu', 'gpu', 'npu'])
      expect(paths).toContain(`engine.${key}`);
  });

  it('are all there is: no text of the page stands in its code', () => {
    const found = sourcesOf('renderer').flatMap(({ file, text }) =>
      [...text.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+[.!?]?)\s*</g)].map((match) => `${file}: ${match[1]}`),
    );
    expect(found).toEqual([]);
  });

  it('carry no empty or untrimmed string', () => {
    const strings = JSON.stringify(en).match(/"(?:[^"\\]|\\.)*"/g) ?? [];
    expect(strings.filter((text) => text === '""' || /^"\s|\s"$/.test(text))).toEqual([]);
  });
});
