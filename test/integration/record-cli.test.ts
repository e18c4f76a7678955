import { execFileSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDescendants } from '../support/app-processes.ts';
import { withTempDir } from '../support/models.ts';
import { parseEvents, runCli } from '../support/run-cli.ts';
import { amplitudeAt, readWav, tone } from '../support/sound.ts';

/** Public-domain speech; see the README beside it. */
const SPEECH = join(import.meta.dirname, '..', 'native', 'fixtures', 'speech', 'amiable.wav');
/** What ALSA itself brings; the private configuration of a test goes on from there. */
const ALSA = '/usr/share/alsa/alsa.conf';
const HERTZ = 440;
const BYTES_PER_MS = 32;
const SOTTO_PASSPHRASE = 'correct horse battery';
const TONE = tone(HERTZ, 16_000, 60);
/** No sound server that may run on this machine is asked. */
const QUIET = { PULSE_SERVER: '/nowhere', PULSE_RUNTIME_PATH: '/nowhere', JACK_NO_START_SERVER: '1' };

/** As a sound card gives it: 16 bit. */
const bytesOf = (sound: Float32Array) =>
  new Uint8Array(Int16Array.from(sound, (sample) => Math.round(32_767 * sample)).buffer);

/**
 * The environment of a machine whose microphone hears a sound, faster than it is played and with gaps: for tests that
 * do not ask what was heard.
 */
async function withMicrophone(dir: string, heard: Float32Array = TONE): Promise<NodeJS.ProcessEnv> {
  const sound = join(dir, 'tone.raw');
  await writeFile(sound, bytesOf(heard));
  return withDevice(dir, sound);
}

/**
 * Has a machine's microphone hear a sound as it is played, so that nothing of it is lost: ALSA waits for what comes
 * through a pipe. Silence follows, until nobody listens any more.
 */
async function whileHearing(
  dir: string,
  heard: Float32Array,
  run: (env: NodeJS.ProcessEnv) => Promise<void>,
): Promise<void> {
  const pipe = join(dir, 'sound.pipe');
  execFileSync('mkfifo', [pipe]);
  // Open for both: neither waits for the other.
  const out = createWriteStream(pipe, { flags: 'r+' });
  const bytes = bytesOf(heard);
  const startedAt = Date.now();
  let at = 0;
  const timer = setInterval(() => {
    const to = BYTES_PER_MS * (Date.now() - startedAt);
    if (out.writableLength === 0 && to > at) {
      const silence = Buffer.alloc(Math.max(0, to - Math.max(at, bytes.length)));
      out.write(Buffer.concat([bytes.subarray(at, to), silence]));
      at = to;
    }
  }, 20);
  try {
    await run(await withDevice(dir, pipe));
  } finally {
    clearInterval(timer);
    out.destroy();
  }
}

async function withDevice(dir: string, sound: string): Promise<NodeJS.ProcessEnv> {
  const config = join(dir, 'asound.conf');
  await writeFile(
    config,
    `<${ALSA}>
pcm.tone { type file slave.pcm "null" file "/dev/null" infile "${sound}" format "raw" }
pcm.!default { type plug slave { pcm "tone" format S16_LE rate 16000 channels 1 } }
`,
  );
  const env = { ...QUIET, ALSA_CONFIG_PATH: config, SOTTO_DATA_DIR: join(dir, 'data'), SOTTO_PASSPHRASE };
  expect((await runCli(['passphrase'], { env })).status).toBe(0);
  return env;
}

/** Amplitude of the tone in the best tenth of a second: on a busy machine the device skips now and then. */
function clearestTone(sound: Float32Array): number {
  const pieces = Array.from({ length: Math.floor(sound.length / 1_600) }, (_, i) =>
    amplitudeAt(sound.subarray(i * 1_600, (i + 1) * 1_600), HERTZ),
  );
  return Math.max(...pieces);
}

async function withoutMicrophone(dir: string): Promise<NodeJS.ProcessEnv> {
  await mkdir(dir, { recursive: true });
  return { ...QUIET, ALSA_CONFIG_PATH: '/dev/null', SOTTO_DATA_DIR: join(dir, 'data') };
}

interface Listed {
  id: string;
  durationMs: number;
  state: string;
  title: string;
  notice?: { code: string };
}

const list = async (env: NodeJS.ProcessEnv) =>
  JSON.parse((await runCli(['recordings', 'list', '--json'], { env })).stdout) as Listed[];

describe.runIf(process.platform === 'linux' && existsSync(ALSA))('sotto record', () => {
  it('records from the microphone, and the recording is listed, exported and removed', async () => {
    await withTempDir(async (dir) => {
      await whileHearing(dir, TONE, async (env) => {
        const made = await runCli(['record', '--seconds', '2', '--title', 'Round'], { env });
        expect(made).toMatchObject({ status: 0 });
        const id = made.stdout.trim();
        expect(await list(env)).toMatchObject([{ id, durationMs: 2000, state: 'complete', title: 'Round' }]);
        const wav = join(dir, 'out.wav');
        const exported = await runCli(['recordings', 'export', '--json', id, wav], { env });
        expect(exported.status).toBe(0);
        expect(parseEvents(exported.stdout)).toEqual([{ type: 'done', recordingId: id, file: wav }]);
        const sound = readWav(await readFile(wav));
        expect(sound).toHaveLength(32_000);
        expect(clearestTone(sound)).toBeGreaterThan(0.2);
        const heard = await runCli(['recordings', 'transcribe', id], { env });
        // A tone: now nothing is heard in it, now a beep.
        expect(heard.status).toBe(0);
        const removed = await runCli(['recordings', 'rm', '--json', id], { env });
        expect(removed.status).toBe(0);
        expect(parseEvents(removed.stdout)).toEqual([{ type: 'done', recordingId: id }]);
        expect(await list(env)).toEqual([]);
        expect((await runCli(['recordings', 'rm', id], { env })).stderr).toContain('RECORDING_UNKNOWN');
        const unknown = await runCli(['recordings', 'export', '--json', id, wav], { env });
        expect(unknown.status).toBe(8);
        expect(parseEvents(unknown.stdout)).toMatchObject([{ error: { code: 'RECORDING_UNKNOWN' } }]);
      });
    });
  });

  it('writes down what was said, and the sound beside it', async () => {
    await withTempDir(async (dir) => {
      const speech = readWav(await readFile(SPEECH));
      await whileHearing(dir, speech, async (env) => {
        const wav = join(dir, 'said.wav');
        const made = await runCli(['record', '--seconds', '5', '--transcribe', '--output', wav], { env });
        expect(made.status).toBe(0);
        // The device plays in real time: on a busy machine a gap costs a word or two, never the sentence.
        const said = 'he might even have been made amiable himself'.split(' ');
        const words = new Set(made.stdout.toLowerCase().match(/[a-z]+/g));
        expect(said.filter((word) => words.has(word)).length, made.stdout).toBeGreaterThanOrEqual(5);
        const sound = readWav(await readFile(wav));
        expect(sound).toHaveLength(5 * 16_000);
        expect(Math.max(...sound)).toBeGreaterThan(0.05);
      });
    });
  });

  it('says when nothing is heard, and records on', async () => {
    await withTempDir(async (dir) => {
      const env = await withMicrophone(dir, new Float32Array(16_000));
      const made = await runCli(['record', '--seconds', '12'], { env });
      expect(made.status).toBe(0);
      expect(made.stderr).toContain('(MIC_SILENT)');
      expect(await list(env)).toMatchObject([{ id: made.stdout.trim(), durationMs: 12_000 }]);
    });
  });

  it('takes a microphone by its place', async () => {
    await withTempDir(async (dir) => {
      await whileHearing(dir, TONE, async (env) => {
        const listed = await runCli(['record', '--devices', '--json'], { env });
        const names = JSON.parse(listed.stdout) as string[];
        // The test's own, after ALSA's device that hears nothing.
        const place = names.lastIndexOf('');
        expect(place).toBeGreaterThan(0);
        const made = await runCli(['record', '--seconds', '1', '--device', String(place)], { env });
        expect(made.status).toBe(0);
        const wav = join(dir, 'out.wav');
        await runCli(['recordings', 'export', made.stdout.trim(), wav], { env });
        expect(clearestTone(readWav(await readFile(wav)))).toBeGreaterThan(0.2);
      });
    });
  });

  it('is refused before it begins where the sound cannot be written', async () => {
    await withTempDir(async (dir) => {
      const env = await withMicrophone(dir);
      const made = await runCli(['record', '--seconds', '1', '--output', join(dir, 'no', 'x.wav')], { env });
      expect(made).toMatchObject({
        status: 5,
        stdout: '',
        stderr: expect.stringContaining('FILE_UNWRITABLE'),
      });
      expect(await list(env)).toEqual([]);
    });
  });

  it('keeps the sound when it can no longer be written where it should', async () => {
    await withTempDir(async (dir) => {
      const env = await withMicrophone(dir);
      const folder = join(dir, 'gone');
      mkdirSync(folder);
      const made = await runCli(['record', '--json', '--seconds', '1', '--output', join(folder, 'x.wav')], {
        env,
        onStart: (child) => {
          child.stdout?.once('data', () => rmSync(folder, { recursive: true }));
        },
      });
      expect(made.status).toBe(5);
      expect(made.stdout + made.stderr).toContain('FILE_UNWRITABLE');
      expect(await list(env)).toMatchObject([{ state: 'complete' }]);
    });
  });

  it('stops at Ctrl-C and keeps what came', async () => {
    await withTempDir(async (dir) => {
      const env = await withMicrophone(dir);
      const made = await runCli(['record', '--json'], {
        env,
        onStart: (child) => {
          child.stdout?.once('data', () => setTimeout(() => child.kill('SIGINT'), 300));
        },
      });
      expect(made.status).toBe(0);
      const events = parseEvents(made.stdout);
      expect(events.at(0)?.type).toBe('started');
      expect(events.at(-1)).toMatchObject({ type: 'done' });
      expect((await list(env))[0]).toMatchObject({ state: 'complete', durationMs: events.at(-1)?.savedMs });
    });
  });

  it('says when the microphone is gone, with what was saved', async () => {
    await withTempDir(async (dir) => {
      const env = await withMicrophone(dir);
      const made = await runCli(['record'], {
        env,
        onStart: (child) => {
          child.stderr?.once('data', () =>
            setTimeout(() => {
              for (const pid of findDescendants(child.pid ?? -1, 'microphone-process'))
                process.kill(pid, 'SIGKILL');
            }, 300),
          );
        },
      });
      expect(made.status).toBe(5);
      expect(made.stderr).toMatch(
        /The microphone is gone\. \d+\.\d (seconds|minutes) of sound are saved\..*\(MIC_LOST\)/,
      );
      const [kept] = await list(env);
      expect(kept).toMatchObject({ id: made.stdout.trim(), state: 'complete', notice: { code: 'MIC_LOST' } });
      expect(kept?.durationMs).toBeGreaterThan(0);
    });
  });

  it('asks for a passphrase first, where nothing else can keep the key', async () => {
    await withTempDir(async (dir) => {
      const env = { ...(await withMicrophone(dir)), SOTTO_DATA_DIR: join(dir, 'other') };
      const made = await runCli(['record', '--json', '--seconds', '1'], { env });
      expect(made.status).toBe(10);
      expect(parseEvents(made.stdout)).toMatchObject([
        { type: 'failed', error: { code: 'PASSPHRASE_NEEDED' } },
      ]);
      expect((await runCli(['passphrase'], { env })).status).toBe(0);
      expect((await runCli(['record', '--seconds', '1'], { env })).status).toBe(0);
      const other = { ...env, SOTTO_PASSPHRASE: 'another battery' };
      expect((await runCli(['recordings', 'list'], { env: other })).stderr).toContain('AUTH_WRONG');
      const both = { ...env, SOTTO_NEW_PASSPHRASE: 'another battery' };
      expect((await runCli(['passphrase'], { env: both })).status).toBe(0);
      expect(await list(other)).toHaveLength(1);
    });
  });

  it('says so where there is no microphone, and records nothing', async () => {
    await withTempDir(async (dir) => {
      const env = await withoutMicrophone(dir);
      const made = await runCli(['record', '--json', '--seconds', '1'], { env });
      expect(made.status).toBe(5);
      expect(parseEvents(made.stdout)).toMatchObject([{ type: 'failed', error: { code: 'MIC_MISSING' } }]);
      expect(await list(env)).toEqual([]);
    });
  });

  it.each([
    ['--seconds', '0'],
    ['--seconds', 'soon'],
    ['--device', 'no such one'],
    ['--format', 'mp3'],
    ['--output', 'notes.srt'],
  ])('refuses %s %s', async (flag, value) => {
    await withTempDir(async (dir) => {
      const env = await withMicrophone(dir);
      const made = await runCli(['record', '--seconds', '1', flag, value], { env });
      expect(made.status).toBe(2);
      expect(await list(env)).toEqual([]);
    });
  });
});
