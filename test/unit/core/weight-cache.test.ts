import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openWeightCache } from '../../../core/engine/weight-cache.ts';
import { withTempDir } from '../../support/models.ts';

it('weights are kept where there is room for them, and nowhere else', async () => {
  await withTempDir(async (dir) => {
    const kept = await openWeightCache(dir, 'model', 1);
    expect(kept.dir).toContain('model.building-');
    await kept.publish();
    expect(await readdir(dir)).toEqual(['model.cache']);

    expect((await openWeightCache(dir, 'large', Number.MAX_SAFE_INTEGER)).dir).toBeUndefined();
    expect(await readdir(dir)).toEqual(['model.cache']);

    await writeFile(join(dir, 'file'), '');
    const nowhere = await openWeightCache(join(dir, 'file'), 'model', 1);
    expect(nowhere.dir).toBeUndefined();
    await nowhere.publish();
  });
});
