import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashFile } from '../../core/models/hash-file.ts';
import { contentOf, createLocalHub, type LocalHub } from '../support/hub/local-hub.ts';
import { BUILT_IN_MODEL, withTempDir } from '../support/models.ts';
import { parseEvents, runCli } from '../support/run-cli.ts';
import { TINY_GEMMA } from '../support/tiny-gemma.ts';

const REPO = 'makers/starter';
const FILE = 'starter-int4.litertlm';

describe('sotto models', () => {
  let hub: LocalHub;
  let sha256: string;
  let sizeBytes: number;

  beforeAll(async () => {
    hub = await createLocalHub();
    ({ sha256, sizeBytes } = await hashFile(BUILT_IN_MODEL));
    hub.put(REPO, FILE, { path: BUILT_IN_MODEL, sizeBytes, sha256 });
  });
  afterAll(() => hub.close());
  beforeEach(() => {
    hub.requests.length = 0;
  });

  const sotto = (dir: string, args: string[], onStart?: (child: ChildProcess) => void) =>
    runCli(args, {
      env: { SOTTO_HUB: hub.base, SOTTO_DATA_DIR: dir },
      ...(onStart === undefined ? {} : { onStart }),
    });
  /** Ten seconds for the whole, so that it can be stopped on the way. */
  const goSlowly = (dir: string) =>
    writeFile(join(dir, 'settings.json'), JSON.stringify({ speedLimit: sizeBytes / 10 }));
  const idOf = async (dir: string): Promise<string> => {
    const { stdout } = await sotto(dir, ['models', 'search', 'starter', '--json']);
    return JSON.parse(stdout).find((entry: { repo?: string }) => entry.repo === REPO).id;
  };

  it('pulls a model of a repository, answers with it, finds damage, mends it and removes it', {
    timeout: 120_000,
  }, async () => {
    await withTempDir(async (dir) => {
      const refused = await sotto(dir, ['models', 'pull', REPO, '--json']);
      expect(refused.status).toBe(4);
      expect(parseEvents(refused.stdout).at(-1)).toMatchObject({ error: { code: 'MODEL_UNTRUSTED' } });

      const pulled = await sotto(dir, ['models', 'pull', REPO, '--accept-licence', '--json']);
      const events = parseEvents(pulled.stdout);
      expect(pulled.status).toBe(0);
      expect(events.at(-1)).toMatchObject({ type: 'done', sizeBytes, sha256 });
      expect(events.some((event) => event.type === 'progress')).toBe(true);
      const id = String(events.at(-1)?.id);
      expect((await readdir(join(dir, 'models', '.downloads'))).length).toBe(0);

      const asked = await sotto(dir, [
        'chat',
        '--model',
        id,
        '--json',
        '--temperature',
        '0',
        'What is the capital of France?',
      ]);
      expect(parseEvents(asked.stdout).at(-1)).toMatchObject({ type: 'done', stats: { model: id } });
      expect(asked.stdout).toContain('Paris');

      const path = join(dir, 'models', id, `${id}.litertlm`);
      const file = await open(path, 'r+');
      await file.write(Buffer.of(1, 2, 3, 4), 0, 4, 70_000_000);
      await file.close();
      const verified = await sotto(dir, ['models', 'verify', id, '--json']);
      expect(verified.status).toBe(4);
      expect(JSON.parse(verified.stdout)).toMatchObject([{ id, ok: false, badBlock: 1 }]);

      const before = hub.sentBytes();
      const repaired = await sotto(dir, ['models', 'repair', id, '--json']);
      expect({ status: repaired.status, stderr: repaired.stderr }).toEqual({ status: 0, stderr: '' });
      expect(hub.sentBytes() - before).toBeLessThan(sizeBytes - 64 * 1024 * 1024 + 100_000);
      expect(await hashFile(path)).toMatchObject({ sha256 });

      const removed = await sotto(dir, ['models', 'rm', id]);
      expect(removed.status).toBe(0);
      expect(existsSync(join(dir, 'models', id))).toBe(false);
    });
  });

  it('pulls a file whose hash nobody tells with consent only, and no other in its place', async () => {
    await withTempDir(async (dir) => {
      const repo = 'makers/unvouched';
      const put = (fill: number) =>
        hub.put(repo, 'small.litertlm', { ...contentOf(Buffer.alloc(100_000, fill)), hasNoHash: true });
      const pull = async (...flags: string[]) => {
        const { status, stdout } = await sotto(dir, [
          'models',
          'pull',
          repo,
          '--accept-licence',
          '--json',
          ...flags,
        ]);
        return [status, parseEvents(stdout).at(-1)];
      };
      put(1);
      expect(await pull()).toMatchObject([4, { error: { code: 'HASH_UNKNOWN' } }]);
      const [status, done] = await pull('--accept-unknown-hash');
      expect([status, done]).toMatchObject([0, { type: 'done', sizeBytes: 100_000 }]);
      put(2);
      await sotto(dir, ['models', 'rm', String((done as { id?: unknown }).id)]);
      expect(await pull('--accept-unknown-hash')).toMatchObject([4, { error: { code: 'HASH_CHANGED' } }]);
      expect(await pull('--replace-hash')).toMatchObject([0, { type: 'done' }]);
    });
  });

  it('pauses at Ctrl-C and goes on from there', { timeout: 60_000 }, async () => {
    await withTempDir(async (dir) => {
      await goSlowly(dir);
      const stopped = await sotto(dir, ['models', 'pull', REPO, '--accept-licence', '--json'], (child) => {
        child.stdout?.on('data', (text: string) => {
          if (text.includes('"progress"')) child.kill('SIGINT');
        });
      });
      expect(stopped.status).toBe(130);
      const id = await idOf(dir);
      const info = await sotto(dir, ['models', 'info', id, '--json']);
      const { state } = JSON.parse(info.stdout);
      expect(state).toMatchObject({ state: 'paused' });
      await rm(join(dir, 'settings.json'));
      const before = hub.sentBytes();
      const resumed = await sotto(dir, ['models', 'resume', id, '--json']);
      expect(resumed.status).toBe(0);
      expect(hub.sentBytes() - before).toBeLessThan(sizeBytes - state.receivedBytes + 100_000);
    });
  });

  it('pauses a download that another process is at', { timeout: 60_000 }, async () => {
    await withTempDir(async (dir) => {
      await goSlowly(dir);
      let began: () => void = () => undefined;
      const going = new Promise<void>((resolve) => {
        began = resolve;
      });
      const pulling = sotto(dir, ['models', 'pull', REPO, '--accept-licence', '--json'], (child) => {
        child.stdout?.on('data', (text: string) => text.includes('"progress"') && began());
      });
      await going;
      const id = await idOf(dir);
      const second = await sotto(dir, ['models', 'pull', id, '--json']);
      expect(parseEvents(second.stdout).at(-1)).toMatchObject({ error: { code: 'DOWNLOAD_BUSY' } });
      const paused = await sotto(dir, ['models', 'pause', id, '--json']);
      expect(JSON.parse(paused.stdout)).toMatchObject({ state: { state: 'paused' } });
      expect((await pulling).status).toBe(130);
      const removed = await sotto(dir, ['models', 'rm', id, '--json']);
      expect(removed.status).toBe(0);
      expect(await readdir(join(dir, 'models', '.downloads'))).toEqual([]);
    });
  });

  it('leaves nothing of a download that is removed', { timeout: 60_000 }, async () => {
    await withTempDir(async (dir) => {
      await goSlowly(dir);
      await sotto(dir, ['models', 'pull', REPO, '--accept-licence', '--json'], (child) => {
        child.stdout?.on('data', (text: string) => {
          if (text.includes('"progress"')) child.kill('SIGKILL');
        });
      });
      const id = await idOf(dir);
      expect(await stat(join(dir, 'models', '.downloads', id, 'model.part'))).toBeTruthy();
      const removed = await sotto(dir, ['models', 'rm', id]);
      expect(removed.status).toBe(0);
      expect(await readdir(join(dir, 'models', '.downloads'))).toEqual([]);
    });
  });

  it('imports a file by copy or by link and leaves the file as it was', { timeout: 60_000 }, async () => {
    await withTempDir(async (dir) => {
      const linked = await sotto(dir, ['models', 'import', BUILT_IN_MODEL, '--link', '--json']);
      const [id] = JSON.parse(linked.stdout).ids;
      const manifest = JSON.parse(await readFile(join(dir, 'models', id, 'model.json'), 'utf8'));
      expect(manifest).toMatchObject({ sha256, sizeBytes, task: 'chat' });
      expect(await readdir(join(dir, 'models', id))).toEqual(['model.json']);
      const used = await sotto(dir, ['models', 'use', id]);
      expect(used.status).toBe(0);
      const asked = await sotto(dir, [
        'chat',
        '--json',
        '--temperature',
        '0',
        'What is the capital of France?',
      ]);
      expect(parseEvents(asked.stdout).at(-1)).toMatchObject({ stats: { model: id } });
      await sotto(dir, ['models', 'rm', id]);
      expect(await hashFile(BUILT_IN_MODEL)).toMatchObject({ sha256 });
      const none = await sotto(dir, ['models', 'import', join(dir, 'settings.json'), '--json']);
      expect(parseEvents(none.stdout).at(-1)).toMatchObject({ error: { code: 'MODEL_FORMAT' } });
    });
  });

  it('hands a model on to a machine without a network, and refuses what was changed on the way', {
    timeout: 60_000,
  }, async () => {
    await withTempDir(async (dir) => {
      const here = join(dir, 'here');
      const there = join(dir, 'there');
      const imported = await sotto(here, ['models', 'import', BUILT_IN_MODEL, '--link', '--json']);
      const [id] = JSON.parse(imported.stdout).ids;
      const packed = await sotto(here, ['models', 'export-pack', id, join(dir, 'stick'), '--json']);
      const { path } = JSON.parse(packed.stdout);
      expect((await readdir(path)).sort()).toEqual(['LICENCE.txt', `${id}.litertlm`, 'model.json'].sort());
      const taken = await sotto(there, ['models', 'import-pack', path, '--json']);
      expect(JSON.parse(taken.stdout)).toMatchObject({ id, sha256 });
      const asked = await sotto(there, [
        'chat',
        '--model',
        id,
        '--json',
        '--temperature',
        '0',
        'What is the capital of France?',
      ]);
      expect(asked.stdout).toContain('Paris');

      const file = await open(join(path, `${id}.litertlm`), 'r+');
      await file.write(Buffer.of(9), 0, 1, 50_000_000);
      await file.close();
      const spoilt = await sotto(join(dir, 'third'), ['models', 'import-pack', path, '--json']);
      expect(parseEvents(spoilt.stdout).at(-1)).toMatchObject({ error: { code: 'PACK_INVALID' } });
      const none = await sotto(there, ['models', 'import-pack', dir, '--json']);
      expect(parseEvents(none.stdout).at(-1)).toMatchObject({ error: { code: 'PACK_INVALID' } });
      expect(await readdir(join(dir, 'third', 'models', '.downloads')).catch(() => [])).toEqual([]);
    });
  });

  it('asks nobody anything while the network is off', async () => {
    await withTempDir(async (dir) => {
      await sotto(dir, ['network', 'off']);
      const { status, stdout } = await sotto(dir, ['models', 'pull', REPO, '--accept-licence', '--json']);
      expect(status).toBe(9);
      expect(parseEvents(stdout).at(-1)).toMatchObject({ error: { code: 'NET_LOCKED' } });
      expect(hub.requests).toEqual([]);
    });
  });

  it('lists without a word to anyone', async () => {
    await withTempDir(async (dir) => {
      const { status, stdout } = await sotto(dir, ['models', 'search', 'gemma', '--json']);
      const found = JSON.parse(stdout);
      expect(status).toBe(0);
      expect(found.map((entry: { id: string }) => entry.id)).toContain('gemma3-1b-it-int4');
      expect(found.every((entry: { fit?: unknown }) => entry.fit !== undefined)).toBe(true);
      expect(hub.requests).toEqual([]);
    });
  });

  it('sets a model up, keeps a preset, and answers by it; a folder is imported; preferences are kept', async () => {
    await withTempDir(async (dir) => {
      const json = async (...args: string[]) => {
        const { stdout, status } = await sotto(dir, ['models', ...args, '--json']);
        return { status, value: JSON.parse(stdout) };
      };
      const imported = await json('import', dirname(TINY_GEMMA));
      const [id] = imported.value.ids;
      expect(imported).toMatchObject({ status: 0, value: { problems: [] } });
      await json('use', id);

      const set = await json('settings', '--temperature', '0', '--max-tokens', '5', '--save-preset', 'Half');
      expect(set.value).toMatchObject({ id, settings: { temperature: 0, maxTokens: 5 } });
      const asked = await sotto(dir, ['chat', '--json', 'What is Sotto?']);
      expect(parseEvents(asked.stdout).at(-1)).toMatchObject({ type: 'done', reason: 'length' });

      const bad = await json('settings', '--top-p', '7');
      expect(bad).toMatchObject({ status: 2, value: { error: { code: 'PARAM_RANGE' } } });
      expect((await json('settings', '--reset')).value.settings).toEqual({});
      expect((await json('settings', '--preset', 'Half')).value.settings).toEqual({
        temperature: 0,
        maxTokens: 5,
      });

      expect((await json('config', '--idle-minutes', '5', '--speed-limit', '2')).value).toMatchObject({
        idleMinutes: 5,
        speedLimit: 2e6,
      });
      const kept = (await json('config', '--idle-minutes', 'default')).value;
      expect(kept).toMatchObject({ speedLimit: 2e6 });
      expect(kept.idleMinutes).toBeUndefined();
      expect((await json('config', '--hub', 'http://far.example')).value).toMatchObject({
        error: { code: 'HUB_INVALID' },
      });
    });
  });

  it('offers a repository no more that is forgotten', async () => {
    await withTempDir(async (dir) => {
      await sotto(dir, ['models', 'pull', REPO, '--json']);
      expect(await idOf(dir)).toBeTruthy();
      await sotto(dir, ['models', 'forget', REPO]);
      await expect(idOf(dir)).rejects.toThrow();
    });
  });
});
