import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createVault, NO_SECRET_STORE } from '../../../../core/storage/vault/vault.ts';
import { withTempDir } from '../../../support/models.ts';

const RIGHT = 'long enough';

async function withVault(
  use: (vault: ReturnType<typeof createVault>, path: string, clock: { ms: number }) => Promise<void>,
) {
  await withTempDir(async (dir) => {
    const path = join(dir, 'vault.json');
    const clock = { ms: 0 };
    await use(
      createVault(
        path,
        NO_SECRET_STORE,
        () => false,
        () => clock.ms,
      ),
      path,
      clock,
    );
  });
}

describe('the key', () => {
  it('comes back with the passphrase, however its letters are written, and is nowhere in the file', async () => {
    await withVault(async (vault, path) => {
      const key = await vault.setPassphrase('Zoë and Jürgen');
      expect(key).toHaveLength(32);
      expect((await vault.unlock('Zoë and Jürgen'.normalize('NFD'))).equals(key)).toBe(true);
      const file = await readFile(path, 'utf8');
      expect(file).not.toContain(key.toString('base64').slice(0, 20));
      expect(file).not.toContain('Jürgen');
      expect(await vault.open()).toEqual({ kind: 'passphrase' });
    });
  });

  it('makes one wait longer and longer after five wrong tries, and forgets them after a right one', async () => {
    await withVault(async (vault, _path, clock) => {
      await vault.setPassphrase(RIGHT);
      for (let i = 0; i < 5; i += 1)
        await expect(vault.unlock('wrong')).rejects.toMatchObject({ code: 'AUTH_WRONG' });
      await expect(vault.unlock(RIGHT)).rejects.toMatchObject({
        code: 'AUTH_WAIT',
        message: expect.stringMatching(/5 s/),
      });
      clock.ms = 5_000;
      await expect(vault.unlock('wrong')).rejects.toMatchObject({ code: 'AUTH_WRONG' });
      clock.ms = 14_999;
      await expect(vault.unlock(RIGHT)).rejects.toMatchObject({ code: 'AUTH_WAIT' });
      clock.ms = 15_000;
      await vault.unlock(RIGHT);
      await expect(vault.unlock('wrong')).rejects.toMatchObject({ code: 'AUTH_WRONG' });
      await vault.unlock(RIGHT);
    });
  });

  it('makes one wait after a restart too, but no longer than that, whatever the clock says', async () => {
    await withVault(async (vault, path, clock) => {
      clock.ms = 1_000_000;
      await vault.setPassphrase(RIGHT);
      for (let i = 0; i < 7; i += 1) {
        await expect(vault.unlock('wrong')).rejects.toMatchObject({ code: 'AUTH_WRONG' });
        clock.ms += 20_000;
      }
      const again = () =>
        createVault(
          path,
          NO_SECRET_STORE,
          () => true,
          () => clock.ms,
        );
      clock.ms -= 15_000;
      await expect(again().unlock(RIGHT)).rejects.toMatchObject({
        code: 'AUTH_WAIT',
        message: expect.stringMatching(/15 s/),
      });
      clock.ms = 5;
      await expect(again().unlock(RIGHT)).rejects.toMatchObject({
        code: 'AUTH_WAIT',
        message: expect.stringMatching(/20 s/),
      });
      clock.ms = 2_000_000;
      await again().unlock(RIGHT);
      // Forgotten for good.
      await expect(again().unlock('wrong')).rejects.toMatchObject({ code: 'AUTH_WRONG' });
      await again().unlock(RIGHT);
      await writeFile(join(dirname(path), 'vault-tries.json'), 'no JSON');
      await again().unlock(RIGHT);
    });
  });

  it.each([
    ['data', (wrap: Record<string, unknown>) => ({ ...wrap, data: 'AAAA' })],
    ['a cost that takes all memory', (wrap: Record<string, unknown>) => ({ ...wrap, cost: 2 ** 40 })],
    ['a cost that is none', (wrap: Record<string, unknown>) => ({ ...wrap, cost: 2 })],
  ])('is refused from a file that was changed: %s', async (_, change) => {
    await withVault(async (vault, path) => {
      await vault.setPassphrase(RIGHT);
      const file = JSON.parse(await readFile(path, 'utf8'));
      await writeFile(path, JSON.stringify({ ...file, wrap: change(file.wrap) }));
      await expect(vault.unlock(RIGHT)).rejects.toMatchObject({
        code: expect.stringMatching(/AUTH_WRONG|KEY_UNAVAILABLE/),
      });
    });
  });

  it('is made by nobody where it could not be kept', async () => {
    await withVault(async (vault) => {
      expect(await vault.open()).toEqual({ kind: 'none' });
    });
  });
});
