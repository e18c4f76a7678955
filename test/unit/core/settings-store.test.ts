import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSettingsStore, type Settings } from '../../../core/settings/settings-store.ts';
import { withTempDir } from '../../support/models.ts';

/** New ones in `npm run test:faults`, and many more. */
const RUNS = process.env.SOTTO_FAULTS === 'full' ? 20_000 : 300;

/** What a file of settings may hold: good names with bad values, names of prototypes, JSON of any kind, and none. */
const content = fc.oneof(
  fc.json(),
  fc.string(),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc
    .dictionary(
      fc.constantFrom(
        ...['modelsDir', 'hub', 'network', 'speedLimit', 'idleMinutes', 'app', 'chosenChat', 'chosenSpeech'],
        ...['perModel', 'presets', '__proto__', 'constructor', 'toString', 'prototype'],
      ),
      fc.jsonValue(),
    )
    .map((value) => JSON.stringify(value)),
);

describe('a file of settings', () => {
  it('may hold anything: what makes no sense counts as not set, and can be set', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'settings.json');
      const store = createSettingsStore(path);
      await mkdir(dir, { recursive: true });
      await fc.assert(
        fc.asyncProperty(content, async (text) => {
          await writeFile(path, text);
          const before = await store.get();
          expect(typeof before.network).toBe('boolean');
          expect(Array.isArray(before.presets)).toBe(true);
          expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
          await store.change({ chosenChat: 'gemma' });
          expect((await store.get()).chosenChat).toBe('gemma');
        }),
        { numRuns: RUNS },
      );
    });
  });

  it('that cannot be read is kept when the settings are changed', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'settings.json');
      await writeFile(path, '{"hub": "https://mirror.example", "presets": [');
      await createSettingsStore(path).change({ chosenChat: 'gemma' });
      expect((await readdir(dir)).sort()).toEqual(['settings.json', 'settings.json.damaged']);
      expect(await readFile(`${path}.damaged`, 'utf8')).toContain('mirror.example');
    });
  });

  it('is reported with every change, and not where nothing is another', async () => {
    await withTempDir(async (dir) => {
      const store = createSettingsStore(join(dir, 'settings.json'));
      const reports: Settings[] = [];
      store.onChange((settings) => reports.push(settings));
      await store.change({ network: false });
      await store.change({ network: false });
      await store.update(({ app }) => ({ app: { ...app, theme: 'dark' } }));
      expect(reports).toMatchObject([{ network: false }, { network: false, app: { theme: 'dark' } }]);
    });
  });

  it('is followed: what another process changes is reported too', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'settings.json');
      const window = createSettingsStore(path);
      const report = new Promise<Settings>((resolve) => window.onChange(resolve));
      const stop = await window.follow();
      await createSettingsStore(path).change({ network: false });
      expect(await report).toMatchObject({ network: false });
      stop();
    });
  });
});
