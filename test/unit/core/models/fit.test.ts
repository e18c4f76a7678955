import { open } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readContainer } from '../../../../core/models/container/container.ts';
import { readMemoryFacts } from '../../../../core/models/container/memory-facts.ts';
import { neededBytes } from '../../../../core/models/library/fit.ts';
import { BUILT_IN_MODEL } from '../../../support/models.ts';
import { TINY_GEMMA } from '../../../support/tiny-gemma.ts';

describe('the memory that a model takes', () => {
  it('is read from its graph: a cache that grows by the token', async () => {
    const { memory } = await readContainer(BUILT_IN_MODEL);
    // SmolLM2 135M: 30 layers, keys and values of 3 heads of 64, in FP32.
    expect(memory).toMatchObject({ fixedCacheBytes: 0, cacheBytesPerToken: 30 * 2 * 3 * 64 * 4 });
  });

  it('is undefined for what is no graph that we know', async () => {
    const file = await open(TINY_GEMMA, 'r');
    const { sections } = await readContainer(TINY_GEMMA);
    const shifted = sections.map((one) => ({ ...one, begin: one.begin + 4 }));
    expect(readMemoryFacts(file.fd, shifted)).toBeUndefined();
    expect(readMemoryFacts(file.fd, [])).toBeUndefined();
    await file.close();
  });

  it('leaves out encoders, and counts no more context than is set', () => {
    const memory = { weightsBytes: 1e9, fixedCacheBytes: 0, cacheBytesPerToken: 50_000 };
    const weights = { task: 'chat', sizeBytes: 3e9, memory } as const;
    const small = neededBytes({ ...weights, contextTokens: 1024 });
    expect(neededBytes({ ...weights, contextTokens: 2048 }) - small).toBe(1024 * 50_000);
    expect(small).toBeLessThan(2e9);
  });

  it('is there from the start where the context is fixed', () => {
    const memory = { weightsBytes: 1e9, fixedCacheBytes: 2e8, cacheBytesPerToken: 0 };
    const weights = { task: 'chat', sizeBytes: 1e9, memory } as const;
    expect(neededBytes({ ...weights, contextTokens: 1024 })).toBe(
      neededBytes({ ...weights, contextTokens: 32_768 }),
    );
  });
});
