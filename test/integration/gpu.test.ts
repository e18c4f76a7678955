import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseEvents, runCli } from '../support/run-cli.ts';
import { softwareGpu, TINY_GEMMA } from '../support/tiny-gemma.ts';

const home = mkdtempSync(join(tmpdir(), 'sotto-gpu-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const places = { SOTTO_DATA_DIR: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache') };
const QUESTION = 'What is Sotto?';
const ANSWER = 'Sotto is private AI on your own machine.';

function ask(allow: boolean) {
  const args = ['chat', '--json', '--temperature', '0', '--backend', 'gpu', '--model', TINY_GEMMA, QUESTION];
  return runCli(args, { env: { ...places, ...softwareGpu(allow) } });
}

function textOf(stdout: string): string {
  return parseEvents(stdout)
    .filter((event) => event.type === 'delta')
    .map((event) => event.text)
    .join('');
}

// macOS and Windows have other drivers; what runs there is in docs/platforms.md.
describe.runIf(process.platform === 'linux')('the GPU, on a software Vulkan driver', () => {
  it('answers as the processor does, also when it finds what an earlier engine cached', async () => {
    for (const _again of [1, 2]) {
      const { stdout } = await ask(true);
      expect(textOf(stdout)).toBe(ANSWER);
      expect(parseEvents(stdout).at(-1)).toMatchObject({ type: 'done', stats: { backend: 'gpu' } });
    }
  });

  it('is refused for people, with the reason, and the processor answers', async () => {
    const { stdout } = await ask(false);
    expect(textOf(stdout)).toBe(ANSWER);
    expect(parseEvents(stdout).at(-1)).toMatchObject({ type: 'done', stats: { backend: 'cpu' } });
    const notice = parseEvents(stdout).find((event) => event.type === 'notice');
    expect(notice?.notice).toMatchObject({
      code: 'BACKEND_FAILED',
      message: expect.stringMatching(/software graphics adapter/),
    });
  });

  it('is tried, measured, and not preferred to the processor', async () => {
    const env = { ...places, ...softwareGpu(true) };
    const { stdout } = await runCli(['models', 'bench', TINY_GEMMA, '--json'], { env });
    const [result] = parseEvents(stdout);
    expect(result?.trials).toMatchObject([
      { device: 'cpu', verdict: 'works' },
      // Of a question that it was not taught the tiny model is not sure: another arithmetic may say another word.
      {
        device: 'gpu',
        verdict: expect.stringMatching(/^(slower|wrong)$/),
        decodeTokensPerSecond: expect.any(Number),
      },
      { device: 'npu', verdict: 'refused' },
    ]);
  });
});
