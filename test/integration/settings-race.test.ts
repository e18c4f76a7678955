import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSettingsStore } from '../../core/settings/settings-store.ts';
import { withTempDir } from '../support/models.ts';

const CHILD = join(import.meta.dirname, '../fixtures/settings-child.ts');
const TIMES = 500;

it('two processes that change the settings 1,000 times between them lose no change', async () => {
  await withTempDir(async (dir) => {
    const path = join(dir, 'settings.json');
    const start = () =>
      fork(CHILD, [path, String(TIMES)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
    const endOf = async (child: ChildProcess) => (await once(child, 'exit'))[0];
    expect(await Promise.all([start(), start()].map(endOf))).toEqual([0, 0]);
    expect((await createSettingsStore(path).get()).speedLimit).toBe(2 * TIMES);
  });
});
