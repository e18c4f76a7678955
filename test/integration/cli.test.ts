import { open, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnswerStats } from '../../contract/chat.ts';
import { makeHollowModel, withTempDir } from '../support/models.ts';
import { parseEvents, ROOT, runCli } from '../support/run-cli.ts';

/** The text that the events of `--json` carry. */
function deltasOf(stdout: string): string {
  return parseEvents(stdout)
    .map((event) => (event.type === 'delta' ? event.text : ''))
    .join('');
}

const QUESTION = 'What is the capital of France?';

describe('sotto chat', () => {
  it('answers on standard output and nothing else there', async () => {
    const { status, stdout } = await runCli(['chat', '--temperature', '0', QUESTION]);
    expect(status).toBe(0);
    expect(stdout).toContain('Paris');
    const json = await runCli(['chat', '--json', '--temperature', '0', QUESTION]);
    expect(stdout).toBe(`${deltasOf(json.stdout)}\n`);
  });

  it('streams JSON events with sane figures', async () => {
    const { status, stdout } = await runCli(['chat', '--json', QUESTION]);
    const events = parseEvents(stdout);
    const text = events.filter((event) => event.type === 'delta').map((event) => event.text);
    expect(status).toBe(0);
    // It comes in pieces; how many depends on the machine.
    expect(text.length).toBeGreaterThan(1);
    expect(text.join('')).toContain('Paris');
    expect(events.at(-1)).toMatchObject({ type: 'done', reason: 'stop', stats: { backend: 'cpu' } });
    const stats = events.at(-1)?.stats as Record<string, number>;
    for (const name of [
      'promptTokens',
      'completionTokens',
      'loadMs',
      'ttftMs',
      'prefillTokensPerSecond',
      'decodeTokensPerSecond',
      'peakRssBytes',
    ]) {
      expect(stats[name], name).toBeGreaterThan(0);
    }
  });

  it('takes the prompt from standard input', async () => {
    const { status, stdout } = await runCli(['chat', '--temperature', '0'], { input: `${QUESTION}\n` });
    expect({ status, paris: stdout.includes('Paris') }).toEqual({ status: 0, paris: true });
  });

  it('answers line by line in one conversation', async () => {
    const input = 'My name is Ada. Say hello.\n\nWhat is my name?\n';
    const { status, stdout } = await runCli(['chat', '--lines', '--json', '--temperature', '0'], { input });
    const events = parseEvents(stdout);
    expect(status).toBe(0);
    const ends = events
      .filter((event) => event.type === 'done')
      .map((event) => ({ stats: event.stats as AnswerStats }));
    expect(ends).toHaveLength(2);
    // The second answer stands behind the first one, and only the new question was read for it.
    expect(ends[1]?.stats.contextTokens).toBeGreaterThan(
      (ends[0]?.stats.contextTokens ?? 0) + (ends[1]?.stats.completionTokens ?? 0),
    );
  });

  it('begins the same with a seed, and obeys a length', async () => {
    const tell = (seed: string) =>
      runCli([
        ...['chat', '--json', '--seed', seed, '--temperature', '0.8', '--max-tokens', '12'],
        'Tell me a story.',
      ]);
    const [first, second, other] = [await tell('7'), await tell('7'), await tell('8')];
    expect(deltasOf(first.stdout)).toBe(deltasOf(second.stdout));
    // The runtime is repeatable without a seed too.
    expect(deltasOf(other.stdout)).not.toBe(deltasOf(first.stdout));
    expect(parseEvents(first.stdout).at(-1)).toMatchObject({
      type: 'done',
      reason: 'length',
      limit: 'max-tokens',
    });
  });

  it('stops on Ctrl-C and keeps what came', async () => {
    const { status, stdout } = await runCli(['chat', '--json', 'Write a very long story about the sea.'], {
      onStart: (child) => {
        let deltas = 0;
        child.stdout?.on('data', () => {
          deltas += 1;
          if (deltas === 4) child.kill('SIGINT');
        });
      },
    });
    const events = parseEvents(stdout);
    expect(status).toBe(130);
    expect(events.filter((event) => event.type === 'delta').length).toBeGreaterThan(2);
    expect(events.at(-1)).toMatchObject({ type: 'done', reason: 'cancelled' });
  });

  it('says that the CPU answers when the GPU cannot, and why', async () => {
    const { status, stdout } = await runCli(['chat', '--json', '--backend', 'gpu', QUESTION], {
      // No driver to be found, whatever this machine has.
      env: { VK_ICD_FILENAMES: '/nonexistent.json', VK_DRIVER_FILES: '/nonexistent.json' },
    });
    const events = parseEvents(stdout);
    expect(status).toBe(0);
    expect(events.find((event) => event.type === 'notice')).toMatchObject({
      notice: { code: 'BACKEND_FAILED' },
    });
    expect(events.at(-1)).toMatchObject({ type: 'done', stats: { backend: 'cpu' } });
  });

  it('does not take a silent CPU for an NPU', async () => {
    const { stdout } = await runCli(['chat', '--json', '--backend', 'npu', QUESTION]);
    const events = parseEvents(stdout);
    expect(events.find((event) => event.type === 'notice')).toMatchObject({
      notice: { code: 'BACKEND_FAILED', message: expect.stringContaining('NPU') },
    });
    expect(events.at(-1)).toMatchObject({ stats: { backend: 'cpu' } });
  });
});

describe('what bad input gets', () => {
  it.each([
    [['--max-tokens', '0'], 'PARAM_RANGE', 2],
    [['--temperature', 'NaN'], 'PARAM_RANGE', 2],
    [['--temperature', '-1'], 'PARAM_RANGE', 2],
    [['--top-p', '1.5'], 'PARAM_RANGE', 2],
    [['--top-k', '0'], 'PARAM_RANGE', 2],
    [['--seed', ''], 'PARAM_RANGE', 2],
    [['--backend', 'quantum'], 'PARAM_RANGE', 2],
    [['--model', 'no-such-model'], 'MODEL_MISSING', 4],
    [['--model', '/no/such/model.litertlm'], 'MODEL_MISSING', 4],
    [['--model', ROOT], 'MODEL_FORMAT', 4],
  ])('%s', async (args, code, exit) => {
    const { status, stdout } = await runCli(['chat', '--json', ...args, QUESTION]);
    expect(parseEvents(stdout)).toMatchObject([
      { type: 'failed', error: { code, hint: expect.any(String) } },
    ]);
    expect(status).toBe(exit);
  });

  it('model files: empty, cut, wrong magic, renamed GGUF, section beyond the end', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'model.litertlm');
      const codeOf = async () => {
        const { status, stdout } = await runCli(['chat', '--json', '--model', path, QUESTION]);
        expect(status).toBe(4);
        return (parseEvents(stdout).at(-1)?.error as { code: string } | undefined)?.code;
      };
      await writeFile(path, '');
      expect(await codeOf()).toBe('MODEL_TRUNCATED');
      await writeFile(path, `GGUF${'\0'.repeat(64)}`);
      expect(await codeOf()).toBe('MODEL_FORMAT');
      await writeFile(path, 'no model at all, but long enough to be looked at');
      expect(await codeOf()).toBe('MODEL_FORMAT');
      await makeHollowModel(path);
      const file = await open(path, 'r+');
      await file.truncate(100_000);
      await file.close();
      expect(await codeOf()).toBe('MODEL_TRUNCATED');
    });
  });

  it.each([
    ['nothing', '', 'TEXT_EMPTY', 3],
    ['a NUL', 'a\0b', 'TEXT_INVALID', 3],
    ['bytes that are no UTF-8', Buffer.from([0x48, 0xff, 0xfe, 0xed, 0xa0, 0x80]), 'TEXT_INVALID', 3],
    ['50 MB', Buffer.alloc(50_000_000, 'word '), 'TEXT_TOO_LONG', 3],
    ['more than the context', 'many words here '.repeat(2000), 'CONTEXT_FULL', 7],
  ])('text: %s', async (_name, input, code, exit) => {
    const { status, stdout } = await runCli(['chat', '--json'], { input });
    expect(parseEvents(stdout).at(-1)).toMatchObject({ type: 'failed', error: { code } });
    expect(status).toBe(exit);
  });

  it('none for a cache folder that cannot be written: the model runs without one', async () => {
    await withTempDir(async (dir) => {
      const notAFolder = join(dir, 'file');
      await writeFile(notAFolder, '');
      const { status, stdout } = await runCli(['chat', '--json', '--max-tokens', '4', QUESTION], {
        env: { SOTTO_CACHE_DIR: notAFolder },
      });
      expect(parseEvents(stdout).at(-1)).toMatchObject({ type: 'done' });
      expect(status).toBe(0);
    });
  });

  it('in words, without a stack trace or a path', async () => {
    const { status, stdout, stderr } = await runCli([
      'chat',
      '--model',
      '/secret/place/model.litertlm',
      QUESTION,
    ]);
    expect(status).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toContain('(MODEL_MISSING)');
    expect(stderr).not.toMatch(/secret|at .*\(/);
  });
});

describe('the other commands', () => {
  it('lists and verifies the built-in models', async () => {
    const list = await runCli(['models', 'list', '--json']);
    expect(JSON.parse(list.stdout)[0]).toMatchObject({ id: 'smollm2-135m-instruct', licence: 'Apache-2.0' });
    expect(JSON.parse(list.stdout)[1]).toMatchObject({ id: 'whisper-base', task: 'speech', licence: 'MIT' });
    const verified = await runCli(['models', 'verify', '--json']);
    expect(verified.status).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it('finds a damaged model', async () => {
    await withTempDir(async (dir) => {
      const root = join(dir, 'root');
      const model = join(root, 'models', 'builtin', 'smollm2-135m-instruct');
      const { cp, mkdir, readFile } = await import('node:fs/promises');
      await mkdir(model, { recursive: true });
      await symlink(join(ROOT, 'native'), join(root, 'native'));
      await cp(join(ROOT, 'package.json'), join(root, 'package.json'));
      const manifest = JSON.parse(
        await readFile(join(ROOT, 'models', 'builtin', 'smollm2-135m-instruct', 'manifest.json'), 'utf8'),
      );
      await writeFile(join(model, 'manifest.json'), JSON.stringify(manifest));
      await makeHollowModel(join(model, manifest.file));
      const { status, stdout } = await runCli(['models', 'verify', '--json'], { env: { SOTTO_ROOT: root } });
      expect(JSON.parse(stdout)[0]).toMatchObject({ ok: false });
      expect(status).toBe(4);
    });
  });

  it('describes this machine', async () => {
    const { status, stdout } = await runCli(['doctor', '--json']);
    const info = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(info.runtime).toMatchObject({
      ok: true,
      version: '0.18.1',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(info.physicalCores).toBeGreaterThan(0);
    expect(info.devices.map((device: { device: string }) => device.device)).toEqual(['cpu', 'gpu', 'npu']);
  });

  it('knows its version, its help and wrong use', async () => {
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await runCli(['--help']);
    expect(help.status).toBe(0);
    expect(help.stdout).toContain('Examples:');
    expect((await runCli(['chat', '--no-such-option'])).status).toBe(2);
    expect((await runCli(['no-such-command'])).status).toBe(2);
  });
});
