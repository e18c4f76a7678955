import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelState } from '../../../../contract/library.ts';
import { modelIdSchema } from '../../../../contract/library.ts';
import { parseCatalog } from '../../../../core/models/catalog/catalog-schema.ts';
import { createUserCatalog } from '../../../../core/models/catalog/user-catalog.ts';
import { type EntrySources, listEntries } from '../../../../core/models/library/entries.ts';
import { fitOf, neededBytes } from '../../../../core/models/library/fit.ts';
import { idFor } from '../../../../core/models/library/ids.ts';
import { withTempDir } from '../../../support/models.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const GB = 1e9;
const read = async () => parseCatalog(await readFile(join(ROOT, 'models/catalog.json'), 'utf8'));

describe('the catalogue', () => {
  it('is valid as a whole, and offers the seeds', async () => {
    const { entries, problems } = await read();
    expect(problems).toEqual([]);
    const ids = entries.map(({ id }) => id);
    for (const id of ['gemma3-1b-it-int4', 'gemma-4-e2b-it', 'qwen3-0.6b-int8', 'whisper-small-f32']) {
      expect(ids).toContain(id);
    }
    expect(entries.every(({ repo }) => /^[\w.-]+\/[\w.-]+$/.test(repo))).toBe(true);
    expect(entries.filter(({ gated }) => gated).every(({ termsUrl }) => termsUrl !== undefined)).toBe(true);
  });

  it('loses no good entry to a bad one, and names the bad one', async () => {
    const text = await readFile(join(ROOT, 'models/catalog.json'), 'utf8');
    const file = JSON.parse(text);
    const count = (await read()).entries.length;
    const [first] = file.models;
    first.variants.push({ id: '../../etc', repo: 'a/b' }, { ...first.variants[0] });
    file.models.push({ id: 'half' }, 7, null);
    const { entries, problems } = parseCatalog(JSON.stringify(file));
    expect(entries).toHaveLength(count);
    expect(problems).toHaveLength(5);
    expect(problems.join()).toMatch(/etc.*there twice.*half/s);
  });

  it.each(['', '<html></html>', '[]', '{"version":2,"models":[]}'])('is empty and says so: %s', (text) => {
    expect(parseCatalog(text)).toEqual({ entries: [], problems: ['The catalogue cannot be read.'] });
  });
});

describe('names that come from elsewhere', () => {
  it.each([
    'model',
    'CON',
    'nul.txt',
    '..',
    '../../etc/passwd',
    'a\\b',
    'Ünïcode Näme',
    '',
    '.hidden',
    'x'.repeat(500),
    'a..b',
    'name.',
    ' spaces ',
    '中文',
    '-rf',
    'Qwen2.5-1.5B_q8',
  ])('become a folder’s name on every system: %s', (name) => {
    const id = idFor(name, `source/${name}`);
    expect(modelIdSchema.safeParse(id).success, id).toBe(true);
    expect(id).not.toBe(idFor(name, 'another source'));
  });

  it.each(['..', 'con', 'a/b', 'a\\b', 'A', 'nul.txt', '', '.downloads', 'a..b', 'com1'])(
    'are refused as ids: %s',
    (id) => {
      expect(modelIdSchema.safeParse(id).success).toBe(false);
    },
  );
});

describe('fit', () => {
  const laptop = { totalBytes: 8 * GB, freeBytes: 3 * GB };

  it('knows what fits, what is tight and what is too large, with numbers', () => {
    const gemma1b = { task: 'chat', sizeBytes: 584_417_280, contextTokens: 4096 } as const;
    expect(neededBytes(gemma1b)).toBeGreaterThan(1e9);
    expect(neededBytes(gemma1b)).toBeLessThan(1.3e9);
    expect(fitOf(gemma1b, laptop)).toMatchObject({ verdict: 'fits', freeBytes: 3 * GB });
    expect(fitOf({ task: 'chat', sizeBytes: 3.6 * GB }, laptop).verdict).toBe('tight');
    expect(
      fitOf({ task: 'chat', sizeBytes: 4.9 * GB }, { totalBytes: 4 * GB, freeBytes: 2 * GB }).verdict,
    ).toBe('too-large');
    expect(fitOf({ ...gemma1b, minMemoryBytes: 12 * GB }, laptop).verdict).toBe('tight');
  });
});

describe('the list of models', () => {
  const sources = async (more: Partial<EntrySources> = {}): Promise<EntrySources> => ({
    builtIn: [
      {
        id: 'starter',
        name: 'Starter',
        maker: '',
        task: 'chat',
        licence: 'MIT',
        languages: ['en'],
        quantization: 'INT4',
        sizeBytes: 98e6,
      },
    ],
    installed: [],
    offered: (await read()).entries.map((entry) => ({ entry, origin: 'catalogue' as const })),
    pending: new Map<string, ModelState>(),
    pendingEntry: () => undefined,
    importing: new Map(),
    diskFreeBytes: 1e12,
    running: () => undefined,
    chosen: { chat: undefined, speech: undefined },
    ...more,
  });
  const recommended = async (totalBytes: number, freeBytes: number, diskFreeBytes = 1e12) =>
    listEntries(await sources({ diskFreeBytes }), { totalBytes, freeBytes })
      .filter((one) => one.recommended && one.task === 'chat')
      .map(({ id }) => id);

  it('recommends one chat model, by the machine', async () => {
    expect(await recommended(32 * GB, 24 * GB)).toEqual(['gemma-4-e4b-it']);
    expect(await recommended(8 * GB, 5 * GB)).toEqual(['gemma-4-e2b-it']);
    expect(await recommended(4 * GB, 1.5 * GB)).toEqual(['gemma3-1b-it-int4']);
    expect(await recommended(0.6 * GB, 0.2 * GB)).toEqual(['starter']);
  });

  it('recommends nothing that the disk has no room for', async () => {
    expect(await recommended(32 * GB, 24 * GB, 4 * GB)).toEqual(['qwen2.5-1.5b-instruct-int8']);
    expect(await recommended(32 * GB, 24 * GB, 1 * GB)).toEqual(['starter']);
    const entries = listEntries(await sources({ diskFreeBytes: 1 * GB }));
    expect(entries.find(({ id }) => id === 'gemma3-1b-it-int4')?.disk).toMatchObject({ freeBytes: 1 * GB });
    expect(entries.find(({ id }) => id === 'starter')?.disk).toBeUndefined();
  });

  it('uses what came with the app while the choice is not here', async () => {
    const entries = listEntries(await sources({ chosen: { chat: 'gemma-4-e2b-it', speech: undefined } }));
    expect(entries.filter((one) => one.chosen).map(({ id }) => id)).toEqual(['starter']);
  });

  it('shows a download’s state, also of a repository in no catalogue', async () => {
    const [first] = (await read()).entries;
    if (first === undefined) throw new Error('no catalogue');
    const state: ModelState = { state: 'paused', receivedBytes: 1, totalBytes: 2 };
    const foreign = { ...first, id: 'foreign' };
    const entries = listEntries(
      await sources({
        pending: new Map([
          [first.id, state],
          ['foreign', state],
        ]),
        pendingEntry: () => foreign,
      }),
    );
    expect(entries.find(({ id }) => id === first.id)?.state).toEqual(state);
    expect(entries.find(({ id }) => id === 'foreign')).toMatchObject({ state, origin: 'hub' });
  });
});

describe('models that the user adds by repository', () => {
  it('are the model files of it, kept for the next start', async () => {
    await withTempDir(async (dir) => {
      const catalog = createUserCatalog(join(dir, 'hub-models.json'));
      const files = ['README.md', 'a.litertlm', 'b.litertlm', 'whisper_tiny.tflite', 'other.tflite'].map(
        (path) => ({
          path,
          sizeBytes: 1000,
          sha256: undefined,
        }),
      );
      const added = await catalog.add('makers/models', files);
      expect(added.map(({ file, task }) => `${file} ${task}`)).toEqual([
        'a.litertlm chat',
        'b.litertlm chat',
        'whisper_tiny.tflite speech',
      ]);
      await catalog.add('makers/models', files);
      const again = createUserCatalog(join(dir, 'hub-models.json'));
      expect((await again.entries()).map(({ id }) => id)).toEqual(added.map(({ id }) => id));
      await expect(catalog.add('makers/none', files.slice(0, 1))).rejects.toMatchObject({
        code: 'HUB_MISSING',
      });
    });
  });
});
