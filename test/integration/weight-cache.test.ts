import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
});
