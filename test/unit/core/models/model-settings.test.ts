import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../core/errors.ts';
import { createModelSettings } from '../../../../core/models/settings/model-settings.ts';
import { createSettingsStore } from '../../../../core/settings/settings-store.ts';
import { fakeLoadable, withTempDir } from '../../../support/models.ts';

function create(dir: string) {
  const path = join(dir, 'settings.json');
  const service = createModelSettings({
    store: createSettingsStore(path),
    models: {
      list: async () => [],
      find: async (id) => {
        if (id === 'gone') throw new AppError('MODEL_MISSING', 'There is no model of that name.');
        return fakeLoadable(id);
      },
      verify: async (id) => ({ id, ok: true, sizeBytes: 1, sha256: '' }),
    },
    defaultThreads: () => 2,
  });
  return { service, path };
}

describe('what is set for a model', () => {
  it('is kept for that model alone, and tells what holds where nothing is set', async () => {
    await withTempDir(async (dir) => {
      const { service } = create(dir);
      await service.set('one', { temperature: 0.3, system: 'Be short.', contextTokens: 1024 });
      const view = await create(dir).service.view('one');
      expect(view.settings).toEqual({ temperature: 0.3, system: 'Be short.', contextTokens: 1024 });
      expect(view.defaults).toMatchObject({ topK: 1, maxTokens: 256, contextTokens: 2048, threads: 2 });
      expect(await service.of('two')).toEqual({});
    });
  });

  it('is replaced as a whole, and forgotten with the model', async () => {
    await withTempDir(async (dir) => {
      const { service, path } = create(dir);
      await service.set('one', { temperature: 0.3, topK: 5 });
      await service.set('one', { topK: 7 });
      expect(await service.of('one')).toEqual({ topK: 7 });
      await service.forget('one');
      expect(JSON.parse(await readFile(path, 'utf8')).perModel).toEqual({});
    });
  });

  it.each([
    ['temperature', { temperature: Number.NaN }],
    ['contextTokens', { contextTokens: 3 }],
    ['threads', { threads: 1.5 }],
    ['backend', { backend: 'tpu' }],
    ['maxTokens', { maxTokens: -1 }],
  ])('refuses a bad %s by name and keeps what was', async (name, settings) => {
    await withTempDir(async (dir) => {
      const { service } = create(dir);
      await service.set('one', { topK: 7 });
      await expect(service.set('one', settings)).rejects.toMatchObject({
        code: 'PARAM_RANGE',
        message: expect.stringContaining(name),
      });
      expect(await service.of('one')).toEqual({ topK: 7 });
    });
  });

  it('refuses a model that is not there', async () => {
    await withTempDir(async (dir) => {
      await expect(create(dir).service.set('gone', { topK: 7 })).rejects.toMatchObject({
        code: 'MODEL_MISSING',
      });
    });
  });

  it('is read from a file that somebody damaged as far as it makes sense', async () => {
    await withTempDir(async (dir) => {
      const { service, path } = create(dir);
      await writeFile(
        path,
        JSON.stringify({ network: false, perModel: { one: { topK: 'x' }, two: { topK: 3 } }, presets: 5 }),
      );
      expect(await service.of('one')).toEqual({});
      expect(await service.of('two')).toEqual({ topK: 3 });
      expect((await service.presets()).every((preset) => preset.builtIn)).toBe(true);
    });
  });

  it('loses nothing when two are set at once', async () => {
    await withTempDir(async (dir) => {
      const { service } = create(dir);
      await Promise.all([service.set('one', { topK: 1 }), service.set('two', { topK: 2 })]);
      expect([await service.of('one'), await service.of('two')]).toEqual([{ topK: 1 }, { topK: 2 }]);
    });
  });
});

describe('presets', () => {
  it('are kept by name, replaced, and removed; those of Sotto stay', async () => {
    await withTempDir(async (dir) => {
      const { service } = create(dir);
      await service.savePreset(' Letters ', { temperature: 0.4 });
      await service.savePreset('Letters', { temperature: 0.5 });
      const own = (await service.presets()).filter((preset) => !preset.builtIn);
      expect(own).toEqual([{ name: 'Letters', values: { temperature: 0.5 }, builtIn: false }]);
      await service.removePreset('Letters');
      await service.removePreset('precise');
      expect((await service.presets()).map(({ name }) => name)).toContain('precise');
    });
  });

  it.each(['', '   ', 'precise', 'x'.repeat(61)])('refuse the name "%s"', async (name) => {
    await withTempDir(async (dir) => {
      const { service } = create(dir);
      await expect(service.savePreset(name, {})).rejects.toMatchObject({ code: 'PARAM_RANGE' });
    });
  });

  it('hold nothing of the machine', async () => {
    await withTempDir(async (dir) => {
      const saved = await create(dir).service.savePreset('Fast', { topK: 3, threads: 4, backend: 'gpu' });
      expect(saved.values).toEqual({ topK: 3 });
    });
  });
});
