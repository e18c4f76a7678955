import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashFile } from '../../core/models/hash-file.ts';
import { someBytes } from '../support/hub/fetching.ts';
import { createLocalHub, type LocalHub } from '../support/hub/local-hub.ts';
import { withTempDir } from '../support/models.ts';

const FULL = process.env.SOTTO_FAULTS === 'full';
const KILLS = FULL ? 50 : 4;
const RACES = FULL ? 200 : 20;
const MIB = 1024 * 1024;
const SIZE_MIB = FULL ? 1024 : 384;
/** What a run fetches before it is killed: more than a kill may cost. */
const PER_RUN = 64 * MIB;
const CHILD = join(import.meta.dirname, '../fixtures/download-child.ts');

interface Run {
  child: ChildProcess;
  /** What it prints, as far as it came. */
  text(): string;
  going: Promise<void>;
  ended: Promise<void>;
}

function start(dir: string, hub: LocalHub, bytesPerSecond?: number): Run {
  const args = ['--disable-warning=ExperimentalWarning', CHILD, dir, hub.base];
  const child = spawn(
    process.execPath,
    [...args, ...(bytesPerSecond === undefined ? [] : [String(bytesPerSecond)])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, SOTTO_TOLD: '1' },
    },
  );
  let text = '';
  let tell: () => void = () => undefined;
  const going = new Promise<void>((resolve) => {
    tell = resolve;
  });
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    if (text.includes('going')) tell();
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return { child, text: () => text, going: Promise.race([going, ended]), ended };
}

/** Resolves when a run has fetched so many bytes, or has ended. */
async function reached(run: Run, bytes: number): Promise<void> {
  const places = () => [...run.text().matchAll(/at (\d+)/g)].map((match) => Number(match[1]));
  for (;;) {
    const [first = 0, ...others] = places();
    if ((others.at(-1) ?? first) - first >= bytes || run.child.exitCode !== null) return;
    await delay(10);
  }
}

/** A file of its size without a pattern, written piece by piece. */
async function makeFile(path: string, mebibytes: number): Promise<string> {
  const file = await open(path, 'w');
  const hash = createHash('sha256');
  for (let index = 0; index < mebibytes / 8; index += 1) {
    const piece = someBytes(8 * MIB, index + 1);
    hash.update(piece);
    await file.write(piece);
  }
  await file.close();
  return hash.digest('hex');
}

describe('downloads and dying processes', () => {
  let hub: LocalHub;
  beforeAll(async () => {
    hub = await createLocalHub();
  });
  afterAll(() => hub.close());

  it(`${KILLS} kills cost less than 64 MiB each, and the file is right`, { timeout: 1_800_000 }, async () => {
    await withTempDir(async (dir) => {
      const source = join(dir, 'source.bin');
      const sha256 = await makeFile(source, SIZE_MIB);
      hub.put('makers/model', 'model.litertlm', { path: source, sizeBytes: SIZE_MIB * MIB, sha256 });
      const models = join(dir, 'models');
      await mkdir(models);
      const before = hub.sentBytes();
      let whole = 1;
      for (let kill = 0; kill < KILLS; kill += 1) {
        const run = start(models, hub, 120 * MIB);
        await reached(run, PER_RUN);
        run.child.kill('SIGKILL');
        await run.ended;
        if (!run.text().includes('done')) continue;
        // It was quicker than the kill: another file's worth.
        whole += 1;
        await rm(join(models, 'model'), { recursive: true });
      }
      const last = start(models, hub);
      await last.ended;
      expect(last.text()).toContain(`done ${sha256}`);
      expect(await hashFile(join(models, 'model', 'model.litertlm'))).toMatchObject({ sha256 });
      expect(await readdir(join(models, '.downloads'))).toEqual([]);
      const again = hub.sentBytes() - before - whole * SIZE_MIB * MIB;
      // Less than what a run had fetched before its kill, and far less than what is promised.
      expect(again / (KILLS * MIB)).toBeLessThanOrEqual(60);
    });
  });

  it(`${RACES} races of two processes: one writes, the file is right`, { timeout: 1_200_000 }, async () => {
    const bytes = someBytes(2 * MIB);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    hub.put('makers/model', 'model.litertlm', bytes);
    hub.misbehave(() => undefined);
    for (let race = 0; race < RACES; race += 1) {
      await withTempDir(async (dir) => {
        const runs = [start(dir, hub, 8 * MIB), start(dir, hub, 8 * MIB)];
        await Promise.all(runs.map((run) => run.ended));
        const told = runs
          .map((run) =>
            run
              .text()
              .replace(/^(going|at \d+)\n/gm, '')
              .trim(),
          )
          .sort();
        // The second finds the first at work, or its model in place.
        expect(told[0]).toBe(`done ${sha256}`);
        expect(told[1]).toMatch(new RegExp(`^(failed DOWNLOAD_BUSY|done ${sha256})$`));
        expect(await hashFile(join(dir, 'model', 'model.litertlm'))).toMatchObject({ sha256 });
        expect(existsSync(join(dir, '.downloads', 'model', 'lock'))).toBe(false);
      });
    }
  });
});
