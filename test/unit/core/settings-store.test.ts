import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSettingsStore } from '../../../core/settings/settings-store.ts';
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
});
