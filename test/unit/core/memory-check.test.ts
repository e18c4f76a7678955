import { describe, expect, it } from 'vitest';
import { checkMemory } from '../../../core/chat/memory-check.ts';

const GB = 1e9;
const model = { sizeBytes: 2.6 * GB, contextTokens: 32_768 };
const machine = { totalBytes: 8 * GB, freeBytes: 2 * GB };
const check = (
  status: Parameters<typeof checkMemory>[2],
  platform: NodeJS.Platform = 'linux',
  free = 2 * GB,
) => checkMemory(model, { ...machine, freeBytes: free }, status, platform);

describe('the look at the memory before a model is loaded', () => {
  it('refuses what does not fit, with both numbers', () => {
    expect(() => check({ state: 'idle' })).toThrow(/about \d\.\d GB of memory; 2\.0 GB are free/);
    expect(() => check({ state: 'idle' })).toThrow(expect.objectContaining({ code: 'MODEL_MEMORY' }));
  });

  it('lets through what fits, what takes another model’s place, and where free memory is not told', () => {
    expect(() => check({ state: 'idle' }, 'win32', 7 * GB)).not.toThrow();
    expect(() => check({ state: 'ready', modelId: 'a', device: 'cpu', loadMs: 1 })).not.toThrow();
    expect(() => check({ state: 'idle' }, 'darwin')).not.toThrow();
    expect(() =>
      checkMemory({ ...model, sizeBytes: 9 * GB }, machine, { state: 'idle' }, 'darwin'),
    ).toThrow();
  });
});
