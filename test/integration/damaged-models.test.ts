import { type FileHandle, open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { readContainer } from '../../core/models/container/container.ts';
import { copyModel, makeHollowModel, withTempDir } from '../support/models.ts';
import { createRealCore } from '../support/real-core.ts';

/** The whole run is `npm run test:faults`. */
const CASES = process.env.SOTTO_FAULTS === 'full' ? 2000 : 60;
const LIMIT_MS = 10_000;
/** An engine that hangs is ended by its watch; a machine that does much else takes so many times as long as the whole model does. */
const LIMIT_OF_WHOLE = 20;

/** The same damage every time: a failure must be repeatable. Numerical Recipes' linear congruence. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Damage {
  at: number;
  bytes: Buffer;
}

type Family = (
  random: (below: number) => number,
  layout: { size: number; header: number; starts: number[] },
) => Damage[];

const u64 = (value: bigint) => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt.asUintN(64, value));
  return buffer;
};

/** Damage in the header, where the native loader trusts, at the start of sections, and anywhere. */
const FAMILIES: Family[] = [
  (random, { header }) => [{ at: 32 + random(header - 32), bytes: Buffer.of(random(256)) }],
  (random, { header }) => [{ at: 32 + random(header - 40), bytes: u64(2n ** 64n - BigInt(1 + random(100))) }],
  (random, { header, size }) => [
    { at: 32 + random(header - 40), bytes: u64(BigInt(size) + BigInt(random(1000))) },
  ],
  (random, { starts }) => [
    { at: (starts[random(starts.length)] ?? 0) + random(64), bytes: Buffer.of(random(256), random(256)) },
  ],
  (random, { starts }) => [
    { at: (starts[random(starts.length)] ?? 0) + 4 * random(2000), bytes: Buffer.of(255, 255, 255, 127) },
  ],
  (random, { size }) => [{ at: random(size - 1), bytes: Buffer.of(random(256)) }],
];

describe('damaged models', () => {
  it(`${CASES} of them: no crash outside the engine, and an answer in time`, {
    timeout: CASES * LIMIT_MS,
  }, async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'model.litertlm');
      await copyModel(path);
      const { sizeBytes, sections } = await readContainer(path);
      const layout = {
        size: sizeBytes,
        header: await readHeaderEnd(path),
        starts: sections.map((section) => section.begin),
      };
      const random = createRandom(20_261_123);
      const outcomes = new Map<string, number>();
      const wholeAt = performance.now();
      expect(await tryModel(path, dir)).toBe('answered');
      const limitMs = Math.max(LIMIT_MS, LIMIT_OF_WHOLE * (performance.now() - wholeAt));
      const file = await open(path, 'r+');
      for (let i = 0; i < CASES; i += 1) {
        const family = FAMILIES[i % FAMILIES.length] ?? FAMILIES[0];
        const undo = await apply(file, family?.(random, layout) ?? []);
        const cut = i % 10 === 9 ? random(sizeBytes) : undefined;
        const startedAt = performance.now();
        const outcome = cut === undefined ? await tryModel(path, dir) : await tryCut(cut, dir);
        expect(performance.now() - startedAt, `case ${i}: ${outcome}`).toBeLessThan(limitMs);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        await undo();
      }
      await file.close();
      process.stderr.write(`outcomes: ${JSON.stringify(Object.fromEntries(outcomes))}\n`);
      expect([...outcomes.values()].reduce((a, b) => a + b, 0)).toBe(CASES);
      // Damage that nobody notices is rare; most must be told.
      expect(outcomes.get('MODEL_CORRUPT')).toBeGreaterThan(CASES / 20);
      // What only the runtime notices, while it answers; the checker's own findings all have a code.
      expect(outcomes.get('INTERNAL') ?? 0).toBe(0);
    });
  });
});

/** Writes the damage and returns the function that repairs it. */
async function apply(file: FileHandle, damages: Damage[]): Promise<() => Promise<void>> {
  const saved: Damage[] = [];
  for (const { at, bytes } of damages) {
    const old = Buffer.alloc(bytes.length);
    await file.read(old, 0, old.length, at);
    saved.unshift({ at, bytes: old });
    await file.write(bytes, 0, bytes.length, at);
  }
  return async () => {
    for (const { at, bytes } of saved) await file.write(bytes, 0, bytes.length, at);
  };
}

/** A file that ends early. Hollow, since whoever finds the cut has read no weights. */
async function tryCut(size: number, dir: string): Promise<string> {
  const cut = join(dir, 'cut.litertlm');
  await makeHollowModel(cut);
  await truncate(cut, size);
  return tryModel(cut, dir);
}

/** Where the header's own bytes end; zeros follow up to the first section. */
async function readHeaderEnd(path: string): Promise<number> {
  const file = await open(path, 'r');
  const { buffer } = await file.read(Buffer.alloc(32), 0, 32, 0);
  await file.close();
  return Number(buffer.readBigUInt64LE(24));
}

/** Loads the file and asks; the outcome is a code, or "answered". */
async function tryModel(path: string, dir: string): Promise<string> {
  const { core } = createRealCore(join(dir, 'cache'));
  try {
    const abort = new AbortController();
    const input = {
      chatId: (await core.chat.open()).id,
      action: { type: 'ask', text: 'Hello' } as const,
      settings: { modelId: path, maxTokens: 4, temperature: 0 },
    };
    let outcome = '';
    for await (const event of core.chat.send(input, abort.signal)) {
      if (event.type === 'failed') outcome = event.error.code;
      if (event.type === 'done') outcome = 'answered';
    }
    return outcome;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  } finally {
    await core.dispose();
  }
}
