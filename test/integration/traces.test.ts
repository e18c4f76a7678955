import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { filesWith } from '../support/files-with.ts';
import { ROOT, runCli } from '../support/run-cli.ts';

const CANARY = 'canary in a command line';
const run = promisify(execFile);

/** A home of its own, so that whatever a way into the terminal writes is found. */
async function withHome(use: (home: string, env: NodeJS.ProcessEnv) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'sotto-home-'));
  const env = {
    ...process.env,
    HOME: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    SOTTO_CACHE_DIR: process.env.SOTTO_CACHE_DIR ?? join(process.env.HOME ?? '', '.cache', 'sotto'),
    // A setting of the outer npm would hide what the project's own does.
    npm_config_logs_max: undefined,
  };
  try {
    await use(home, env);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

describe('a question in the terminal', () => {
  it.each([
    ['./sotto', join(ROOT, 'sotto'), []],
    ['npm run', 'npm', ['run', '--silent', 'sotto', '--']],
  ])('leaves no trace in the home folder: %s', async (_name, program, args) => {
    await withHome(async (home, env) => {
      const question = [...args, 'chat', '--max-tokens', '2', '--temperature', '0', CANARY];
      await run(program, question, { cwd: ROOT, env });
      expect(filesWith(home, CANARY)).toEqual([]);
    });
  });

  it('may come from a file, as may what the model should be', async () => {
    await withHome(async (home, env) => {
      await writeFile(join(home, 'question.txt'), 'What is the capital of France?\n');
      await writeFile(join(home, 'system.txt'), 'Answer in one sentence.');
      const files = ['--prompt-file', join(home, 'question.txt'), '--system-file', join(home, 'system.txt')];
      const { status, stdout } = await runCli(['chat', '--temperature', '0', ...files], { env });
      expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('Paris') });
      const missing = await runCli(['chat', '--prompt-file', join(home, 'nowhere.txt')], { env });
      expect(missing).toMatchObject({ status: 3, stderr: expect.stringContaining('FILE_TEXT') });
    });
  });
});
