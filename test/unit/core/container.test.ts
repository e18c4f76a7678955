import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../core/errors.ts';
import { readContainer } from '../../../core/models/container/container.ts';
import { BUILT_IN_MODEL, makeHollowModel, withTempDir } from '../../support/models.ts';

async function codeOf(path: string): Promise<string> {
  try {
    await readContainer(path);
    return 'ok';
  } catch (error) {
    // Anything but an AppError would be a bug in the checker itself.
    expect(error).toBeInstanceOf(AppError);
    return (error as AppError).code;
  }
}

async function overwrite(path: string, at: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, at);
  await file.close();
}

function u64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return buffer;
}

/** Where in the header the 64-bit end of the last section is written. */
function findU64(header: Buffer, value: number): number {
  return header.indexOf(u64(BigInt(value)), 32);
}

describe('readContainer', () => {
  it('reads the built-in model', async () => {
    const container = await readContainer(BUILT_IN_MODEL);
    expect(container.sections.map((section) => section.kind)).toEqual(
      expect.arrayContaining(['tflite-model', 'llm-metadata', 'hf-tokenizer-zlib']),
    );
    expect(container.metadata.maxTokens).toBeGreaterThanOrEqual(2048);
    expect(container.metadata.hasTemplate).toBe(true);
  });

  it('names what is wrong with the file', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'model.litertlm');
      expect(await codeOf(path)).toBe('MODEL_MISSING');
      expect(await codeOf(dir)).toBe('MODEL_FORMAT');
      await writeFile(path, '');
      expect(await codeOf(path)).toBe('MODEL_TRUNCATED');
      await writeFile(path, 'LITERT');
      expect(await codeOf(path)).toBe('MODEL_TRUNCATED');
      await writeFile(path, `GGUF${'x'.repeat(100)}`);
      expect(await codeOf(path)).toBe('MODEL_FORMAT');
      await writeFile(path, 'x'.repeat(100));
      expect(await codeOf(path)).toBe('MODEL_FORMAT');
    });
  });

  it('refuses versions, header lengths and sections that cannot be', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'model.litertlm');
      const { sizeBytes, sections } = await readContainer(BUILT_IN_MODEL);
      const damage = async (at: number, bytes: Uint8Array) => {
        await makeHollowModel(path);
        await overwrite(path, at, bytes);
        return codeOf(path);
      };
      const header = (await readFile(BUILT_IN_MODEL)).subarray(0, 16384);
      const last = sections.reduce((a, b) => (a.end > b.end ? a : b));
      const endAt = findU64(header, last.end);
      expect(endAt).toBeGreaterThan(32);
      expect(await damage(8, Uint8Array.of(2, 0, 0, 0))).toBe('MODEL_TOO_NEW');
      expect(await damage(8, Uint8Array.of(0, 0, 0, 0))).toBe('MODEL_CORRUPT');
      expect(await damage(24, u64(0n))).toBe('MODEL_CORRUPT');
      expect(await damage(24, u64(2n ** 63n))).toBe('MODEL_CORRUPT');
      expect(await damage(24, u64(16n * 1024n * 1024n))).toBe('MODEL_CORRUPT');
      expect(await damage(endAt, u64(BigInt(sizeBytes) + 1n))).toBe('MODEL_TRUNCATED');
      expect(await damage(endAt, u64(2n ** 64n - 1n))).toBe('MODEL_CORRUPT');
      expect(await damage(endAt, u64(0n))).toBe('MODEL_CORRUPT');
      expect(await damage(endAt, u64(BigInt(last.begin)))).toBe('MODEL_CORRUPT');
      const before = sections.reduce((a, b) => (b.end < last.end && b.end > a.end ? b : a), {
        end: 0,
        begin: 0,
      });
      const beginAt = findU64(header, last.begin);
      expect(beginAt).toBeGreaterThan(32);
      expect(await damage(beginAt, u64(BigInt(before.end - 1)))).toBe('MODEL_CORRUPT');
      await expect(readContainer(path)).rejects.toThrow('overlaps');
      const graph = sections.find((section) => section.kind === 'tflite-model');
      expect(await damage((graph?.begin ?? 0) + 4, Buffer.from('XXXX'))).toBe('MODEL_CORRUPT');
    });
  });

  it('tells how much of a cut file is there', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'model.litertlm');
      await makeHollowModel(path);
      const { sizeBytes } = await readContainer(path);
      await truncate(path, 1_000_000);
      await expect(readContainer(path)).rejects.toThrow(`1000000 of ${sizeBytes}`);
    });
  });

  it('answers any header with a container or a code', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'model.litertlm');
      await makeHollowModel(path);
      const { sections } = await readContainer(path);
      const header = (await readFile(path)).subarray(
        0,
        Math.min(...sections.map((section) => section.begin)),
      );
      const flips = fc.array(fc.tuple(fc.nat(header.length - 1), fc.integer({ min: 1, max: 255 })), {
        minLength: 1,
        maxLength: 8,
      });
      await fc.assert(
        fc.asyncProperty(flips, async (changes) => {
          const damaged = Buffer.from(header);
          for (const [at, xor] of changes) damaged[at] = (damaged[at] ?? 0) ^ xor;
          await overwrite(path, 0, damaged);
          await codeOf(path);
        }),
        { numRuns: process.env.SOTTO_FAULTS === 'full' ? 20_000 : 1000 },
      );
    });
  });

  it('answers any bytes after the magic', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'model.litertlm');
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.nat(600), async (bytes, headerEnd) => {
          const version = Buffer.from([1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
          await writeFile(
            path,
            Buffer.concat([Buffer.from('LITERTLM'), version, u64(BigInt(headerEnd)), bytes]),
          );
          expect(await codeOf(path)).not.toBe('ok');
        }),
        { numRuns: 500 },
      );
    });
  });
});
