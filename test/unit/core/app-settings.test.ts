import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { keysSchema, SHORTCUTS } from '../../../contract/app-settings.ts';
import { createAppSettings } from '../../../core/settings/app-settings.ts';
import { createSettingsStore } from '../../../core/settings/settings-store.ts';
import { withTempDir } from '../../support/models.ts';

describe('settings of the window', () => {
  it('change what is named, tell of it, and are there at the next start', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'settings.json');
      const onChange = vi.fn();
      const store = createSettingsStore(path);
      store.onChange(({ app }) => onChange(app));
      const settings = createAppSettings(store);
      expect(await settings.get()).toMatchObject({ theme: 'system', lockMinutes: 15, hasStarted: false });
      await settings.change({ theme: 'dark', shortcuts: { newItem: 'Mod+Shift+Y' } });
      await settings.change({ lockMinutes: 0 });
      expect(onChange).toHaveBeenLastCalledWith(
        expect.objectContaining({ theme: 'dark', lockMinutes: 0, shortcuts: { newItem: 'Mod+Shift+Y' } }),
      );
      const again = createAppSettings(createSettingsStore(path));
      expect(await again.get()).toMatchObject({ theme: 'dark', lockMinutes: 0 });
    });
  });

  it.each([
    { theme: 'pink' },
    { lockMinutes: -1 },
    { lockMinutes: 1.5 },
    { language: 'xx' },
    { shortcuts: { newItem: 'N' } },
    { shortcuts: { unknown: 'Mod+N' } },
  ])('are refused whole where one makes no sense: %j', async (change) => {
    await withTempDir(async (dir) => {
      const settings = createAppSettings(createSettingsStore(join(dir, 'settings.json')));
      await expect(settings.change({ contrast: 'more', ...change })).rejects.toMatchObject({
        code: 'PARAM_RANGE',
      });
      expect((await settings.get()).contrast).toBe('system');
    });
  });

  it('of a file that somebody damaged are the usual ones, and the rest of the file stays', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'settings.json');
      await writeFile(path, JSON.stringify({ app: { theme: 7 }, chosenChat: 'mine' }));
      const settings = createAppSettings(createSettingsStore(path));
      expect(await settings.get()).toMatchObject({ theme: 'system' });
      await settings.change({ theme: 'light' });
      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
        chosenChat: 'mine',
        app: { theme: 'light' },
      });
    });
  });

  it('have keys that are keys', () => {
    for (const keys of Object.values(SHORTCUTS)) expect(keysSchema.safeParse(keys).success).toBe(true);
    for (const keys of ['', 'N', 'Mod+', 'Shift+N', 'Mod+NN', 'Mod+ ', 'Mod++'])
      expect([keys, keysSchema.safeParse(keys).success]).toEqual([keys, false]);
  });
});
