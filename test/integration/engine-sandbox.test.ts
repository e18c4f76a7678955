import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startEngine } from '../../core/engine/engine.ts';
import { forkEngine } from '../../core/engine/fork-engine.ts';
import { childEnvironment } from '../../core/process/child-environment.ts';
import { BUILT_IN_MODEL, withTempDir } from '../support/models.ts';
import { ROOT } from '../support/run-cli.ts';

const CHILD = join(ROOT, 'test', 'fixtures', 'sandboxed-child.ts');
const isLinux = process.platform === 'linux';

function loadOf(dir: string, modelPath = BUILT_IN_MODEL) {
  return {
    type: 'load' as const,
    load: {
      modelPath,
      backend: 'cpu' as const,
      threads: 1,
      maxTokens: 256,
      cacheDir: join(dir, 'cache'),
      nativeDir: join(ROOT, 'native'),
    },
  };
}

/** What code inside the sandbox could do. A server on the loopback waits for it. */
async function tryAllInside(dir: string) {
  const server = createServer((socket) => socket.end());
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const chatFile = join(dir, 'data', 'sotto.db');
  await mkdir(join(dir, 'data'));
  await mkdir(join(dir, 'cache'));
  await writeFile(chatFile, 'what was said');
  const modelPath = join(dir, 'data', 'model.litertlm');
  await writeFile(modelPath, 'a model');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      CHILD,
      JSON.stringify(loadOf(dir, modelPath)),
      chatFile,
      String(port),
    ],
    { env: { ...process.env, UV_USE_IO_URING: '0' } },
  );
  server.close();
  return { ...(JSON.parse(stdout) as { sandbox: unknown; results: Record<string, string> }), connections };
}

describe.runIf(isLinux)('an engine’s sandbox', () => {
  it('lets it read its model and write its cache, and nothing else: no chat, no file, no socket, no program', async () => {
    await withTempDir(async (dir) => {
      const { sandbox, results, connections } = await tryAllInside(dir);
      expect(sandbox).toEqual({ files: expect.stringMatching(/^landlock \d/), network: 'seccomp' });
      const { model, cache, ...refused } = results;
      expect({ model, cache }).toEqual({ model: 'done', cache: 'done' });
      for (const [attempt, code] of Object.entries(refused))
        expect([attempt, code]).toEqual([attempt, 'EACCES']);
      expect(connections).toBe(0);
      expect(existsSync('/tmp/.made-inside-a-sandbox')).toBe(false);
    });
  });

  it('is around a real engine, which has no secret in its environment and leaves no core dump', async () => {
    process.env.SOTTO_PASSPHRASE = 'canary horse battery';
    process.env.HF_TOKEN = 'hf_canary';
    try {
      await withTempDir(async (dir) => {
        await mkdir(join(dir, 'cache'));
        const engine = startEngine(
          forkEngine(join(ROOT, 'out', 'main', 'engine-process.cjs')),
          loadOf(dir),
          1,
        );
        await engine.loaded;
        const read = (name: string) => readFileSync(`/proc/${engine.pid}/${name}`, 'utf8');
        expect(read('environ')).not.toContain('canary');
        expect(read('status')).toMatch(/NoNewPrivs:\s+1\n/);
        expect(read('status')).toMatch(/Seccomp:\s+2\n/);
        expect(read('limits')).toMatch(/Max core file size\s+0\s+0/);
        const events = engine.generate(
          {
            history: [],
            question: 'Hi',
            sampling: { temperature: 0, topK: 1, topP: 1, repetitionPenalty: 1 },
            maxTokens: 4,
          },
          new AbortController().signal,
        );
        let last: unknown;
        for await (const event of events) last = event;
        expect(last).toMatchObject({ type: 'done' });
        engine.stop();
      });
    } finally {
      delete process.env.SOTTO_PASSPHRASE;
      delete process.env.HF_TOKEN;
    }
  });
});

describe('the environment of a child', () => {
  const environment = {
    PATH: '/bin',
    LC_ALL: 'C.UTF-8',
    VK_ICD_FILENAMES: '/icd.json',
    PULSE_SERVER: 'unix:/pulse',
    SOTTO_PASSPHRASE: 'secret',
    SOTTO_NEW_PASSPHRASE: 'secret',
    HF_TOKEN: 'secret-for-core',
    https_proxy: 'http://user:secret-for-core@proxy',
    AWS_SECRET_ACCESS_KEY: 'secret',
    NODE_OPTIONS: '--require=/evil.js',
    LD_PRELOAD: '/evil.so',
  };

  it.each([
    ['engine', ['LC_ALL', 'PATH', 'VK_ICD_FILENAMES']],
    ['microphone', ['LC_ALL', 'PATH', 'PULSE_SERVER']],
    ['core', ['HF_TOKEN', 'LC_ALL', 'PATH', 'PULSE_SERVER', 'VK_ICD_FILENAMES', 'https_proxy']],
  ] as const)('has what it needs and nothing else: %s', (child, names) => {
    expect(Object.keys(childEnvironment(child, environment)).sort()).toEqual(names);
  });
});
