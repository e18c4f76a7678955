import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { makeAddress, publishAddress, readAddress } from '../../../core/line/address.ts';
import { connectLine } from '../../../core/line/connect-line.ts';
import { type ServedLine, serveLine } from '../../../core/line/serve-line.ts';
import { silentLogger } from '../../../core/logger.ts';
import type { Router } from '../../../core/router.ts';
import { withTempDir } from '../../support/models.ts';

const VERSION = '1.2.3';
const served: ServedLine[] = [];
afterEach(async () => {
  for (const line of served.splice(0)) await line.close();
});

/** Answers with what it was asked, and counts in streams until it is stopped. */
function create() {
  const used: string[] = [];
  const calls: unknown[] = [];
  let stopped = 0;
  const router: Router = {
    call: async (name, input) => {
      calls.push({ name, input });
      if (name === 'never') await new Promise(() => undefined);
      return { ok: true, value: input };
    },
    async *open(name, input, signal, upstream) {
      if (name === 'echo') {
        for await (const part of upstream ?? []) yield { type: 'part', part };
        return;
      }
      yield { type: 'started', input };
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      stopped += 1;
      yield { type: 'done' };
    },
  };
  const serve = async (dataDir: string, version = VERSION) => {
    const line = await serveLine({
      dataDir,
      version,
      router,
      log: silentLogger,
      onUsed: (name) => used.push(name),
    });
    served.push(line);
    return line;
  };
  return { serve, used, calls, stopped: () => stopped };
}

const live = () => new AbortController().signal;
async function reach(dataDir: string) {
  const line = await connectLine(dataDir, VERSION);
  if (line === undefined) throw new Error('nobody answers');
  return line;
}

describe('the line between a terminal and the window’s core', () => {
  it('carries calls and streams both ways, whatever is in them', async () => {
    await withTempDir(async (dir) => {
      const { serve, used } = create();
      await serve(dir);
      const line = await reach(dir);
      const odd = { text: 'a\u2028b\u2029c\nd\u0000\ud83d\ude00', bytes: new Uint8Array([0, 10, 13, 255]) };
      expect(await line.call('chats.import', odd)).toEqual({ ok: true, value: odd });
      async function* parts() {
        yield 'x\n';
        yield new Float32Array([0.5]);
      }
      const heard: unknown[] = [];
      for await (const event of line.open('echo', {}, live(), parts())) {
        heard.push(event);
        if (heard.length === 2) break;
      }
      expect(heard).toEqual([
        { type: 'part', part: 'x\n' },
        { type: 'part', part: new Float32Array([0.5]) },
      ]);
      await expect.poll(() => used).toEqual(['chats.import', 'echo']);
      line.close();
    });
  });

  it('stops what a terminal asked for when it says so, and when it is gone', async () => {
    await withTempDir(async (dir) => {
      const { serve, stopped } = create();
      await serve(dir);
      const line = await reach(dir);
      const abort = new AbortController();
      const events: unknown[] = [];
      for await (const event of line.open('chat.send', 'a', abort.signal)) {
        events.push(event);
        abort.abort();
      }
      expect(events).toEqual([{ type: 'started', input: 'a' }, { type: 'done' }]);
      const other = line.open('chat.send', 'b', live())[Symbol.asyncIterator]();
      await other.next();
      line.close();
      await expect.poll(stopped).toBe(2);
    });
  });

  it('tells a terminal that the window was closed', async () => {
    await withTempDir(async (dir) => {
      const { serve } = create();
      const core = await serve(dir);
      const line = await reach(dir);
      const reply = line.call('never', undefined);
      const stream = line.open('chat.send', 'a', live())[Symbol.asyncIterator]();
      await stream.next();
      await core.close();
      const gone = { code: 'CORE_CRASHED', message: expect.any(String), hint: expect.any(String) };
      expect(await reply).toEqual({ ok: false, error: gone });
      expect((await stream.next()).value).toEqual({ type: 'failed', error: gone });
      expect(await line.call('late', undefined)).toEqual({ ok: false, error: gone });
      expect(await connectLine(dir, VERSION)).toBeUndefined();
    });
  });

  it('is for its user alone, who has the token', async () => {
    await withTempDir(async (dir) => {
      const { serve, calls } = create();
      await serve(dir);
      const address = await readAddress(dir);
      if (address === undefined) throw new Error('no address');
      expect((await stat(join(dir, 'sotto.line.json'))).mode & 0o777).toBe(0o600);
      expect((await stat(address.path)).mode & 0o777).toBe(0o600);
      const call = JSON.stringify({ type: 'call', id: 1, name: 'chats.list' });
      for (const first of [call, '{}', 'x', JSON.stringify({ nonce: 'a', proof: 'b'.repeat(64) })]) {
        const socket = connect(address.path);
        let heard = '';
        socket.setEncoding('utf8').on('data', (text) => {
          heard += text;
        });
        socket.write(`${first}\n${call}\n`);
        await new Promise((resolve) => socket.once('close', resolve));
        expect(heard).not.toContain('reply');
      }
      await publishAddress(dir, { ...address, token: '0'.repeat(64) });
      expect(await connectLine(dir, VERSION)).toBeUndefined();
      expect(calls).toEqual([]);
      await publishAddress(dir, address);
    });
  });

  it('says nothing to whoever has put a socket in its place', async () => {
    await withTempDir(async (dir) => {
      const address = await makeAddress(dir);
      await publishAddress(dir, address);
      let heard = '';
      const imposter: Server = createServer((socket) => {
        socket.write(`${JSON.stringify({ nonce: 'n', version: VERSION })}\n`);
        socket.setEncoding('utf8').on('data', (text) => {
          heard += text;
          socket.write(`${JSON.stringify({ proof: '0'.repeat(64) })}\n`);
        });
      });
      await new Promise<void>((resolve) => imposter.listen(address.path, resolve));
      expect(await connectLine(dir, VERSION)).toBeUndefined();
      expect(heard).not.toContain(address.token);
      imposter.close();
    });
  });

  it('is had again after a core that was killed, and stays with the one that has it', async () => {
    await withTempDir(async (dir) => {
      await mkdir(dir, { recursive: true });
      await writeFile(join(dir, 'sotto.sock'), '');
      await publishAddress(dir, { path: join(dir, 'sotto.sock'), token: '1'.repeat(64) });
      expect(await connectLine(dir, VERSION)).toBeUndefined();
      const first = create();
      await first.serve(dir);
      const second = create();
      const none = await second.serve(dir);
      await (await reach(dir)).call('x', 1);
      expect(first.calls).toHaveLength(1);
      await none.close();
      await (await reach(dir)).call('x', 2);
      expect(first.calls).toHaveLength(2);
    });
  });

  it('refuses a terminal of another version, with both reasons to be had', async () => {
    await withTempDir(async (dir) => {
      const { serve } = create();
      await serve(dir, '9.9.9');
      await expect(connectLine(dir, VERSION)).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' });
    });
  });

  it('works where the folder’s name is longer than a socket’s may be, and leaves nothing there', async () => {
    await withTempDir(async (dir) => {
      const deep = join(dir, 'a'.repeat(120));
      const { serve } = create();
      const core = await serve(deep);
      expect(await (await reach(deep)).call('x', 1)).toEqual({ ok: true, value: 1 });
      const address = await readAddress(deep);
      await core.close();
      await delay(20);
      await expect(stat(address?.path ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(readFile(join(deep, 'sotto.line.json'))).rejects.toMatchObject({ code: 'ENOENT' });
      await rm(deep, { recursive: true });
    });
  });
});
