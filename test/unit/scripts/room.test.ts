import { expect, test } from 'vitest';
import { requireRoom } from '../../../scripts/gate/room.mjs';

test('too little memory or disk is refused before any long work, with both numbers', async () => {
  await expect(requireRoom(['convert', 'measure'], { memory: 1e9, disk: 9e9 })).rejects.toMatchObject({
    code: 'MEMORY_LOW',
    message: expect.stringContaining('3.0 GB of memory are needed, 1.0 GB are free.'),
  });
  await expect(requireRoom(['full'], { memory: 99e9, disk: 9e9 })).rejects.toMatchObject({
    code: 'DISK_LOW',
  });
  await expect(requireRoom(['measure'], { memory: 2e9, disk: 1e9 })).resolves.toBeUndefined();
});
