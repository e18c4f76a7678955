import { spawn } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ROOT, runCli } from '../support/run-cli.ts';
import { TINY_GEMMA } from '../support/tiny-gemma.ts';

const ROUNDS = process.env.SOTTO_FAULTS === 'full' ? 60 : 8;
const CLI = join(ROOT, 'out', 'main', 'cli.cjs');
const ASK = ['chat', '--temperature', '0', '--model', TINY_GEMMA, 'What is Sotto?'];
const ANSWER = 'Sotto is private AI on your own machine.\n';

/** Starts an answer and ends all of it by force, wherever it is. */
async function killAfter(env: NodeJS.ProcessEnv, ms: number): Promise<void> {
  const child = spawn(process.execPath, [CLI, ...ASK], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await delay(ms);
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  } catch {
    // It was done before.
  }
  await ended;
}

describe('weights that are kept', () => {
  it(`are whole, whoever starts at once and is ended on the way: ${ROUNDS} rounds`, {
    timeout: 30 * 60_000,
  }, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const home = mkdtempSync(join(tmpdir(), 'sotto-cache-'));
      const env = { XDG_CACHE_HOME: home, SOTTO_DATA_DIR: join(home, 'data') };
      try {
        const [first, , second] = await Promise.all([
          runCli(ASK, { env }),
          delay((round * 13) % 90).then(() => killAfter(env, 300 + ((round * 71) % 500))),
          delay((round * 29) % 300).then(() => runCli(ASK, { env })),
        ]);
        const after = await runCli(ASK, { env });
        expect([first.stdout, second.stdout, after.stdout]).toEqual([ANSWER, ANSWER, ANSWER]);
        // The last one found what was made, and swept what the killed one left.
        const kept = readdirSync(join(home, 'sotto', 'engine'));
        expect(kept.filter((name) => name.endsWith('.cache'))).toHaveLength(1);
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    }
  });

  it.each([
    ['one flipped byte', (path: string) => flipByte(path)],
    ['half of the file', (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2))],
    ['zeros', (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size))],
    ['nothing', (path: string) => writeFileSync(path, '')],
  ])('are made anew when they are damaged: %s', async (_damage, damage) => {
    const home = mkdtempSync(join(tmpdir(), 'sotto-cache-'));
    const env = { XDG_CACHE_HOME: home, SOTTO_DATA_DIR: join(home, 'data') };
    const weights = () => {
      const engine = join(home, 'sotto', 'engine');
      const [cache = ''] = readdirSync(engine).filter((name) => name.endsWith('.cache'));
      const [file = ''] = readdirSync(join(engine, cache)).filter((name) => name !== 'checksums.json');
      return join(engine, cache, file);
    };
    try {
      expect(await runCli(ASK, { env })).toMatchObject({ status: 0, stdout: ANSWER });
      const before = readFileSync(weights());
      damage(weights());
      expect(await runCli(ASK, { env })).toMatchObject({ status: 0, stdout: ANSWER });
      // And kept: the next start finds them whole.
      expect(readFileSync(weights()).equals(before)).toBe(true);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
