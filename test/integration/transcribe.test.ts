import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Segment, SpeechEvent, Transcript } from '../../contract/speech.ts';
import { ENGINE_LIMITS } from '../../core/engine/engine.ts';
import { wavHeader } from '../../core/speech/recording/wav-header.ts';
import { BUILT_IN_DIR, withTempDir } from '../support/models.ts';
import { createRealCore } from '../support/real-core.ts';
import { parseEvents, ROOT, runCli } from '../support/run-cli.ts';

/** Public-domain speech; see the README beside it. */
const CLIP = join(ROOT, 'test', 'native', 'fixtures', 'speech', 'amiable.wav');
const TEXT = 'He might even have been made amiable himself.';
const RATE = 16_000;

let clip: Buffer;

beforeAll(async () => {
  clip = (await readFile(CLIP)).subarray(44);
});

/** A 16-bit mono WAV at 16 kHz. */
function wav(...parts: Buffer[]): Buffer {
  const samples = Buffer.concat(parts);
  return Buffer.concat([wavHeader(samples.length), samples]);
}

const silence = (seconds: number) => Buffer.alloc(2 * Math.round(RATE * seconds));

/** White noise, about 50 dB below full scale. The same every time. */
function noise(seconds: number): Buffer {
  const samples = new Int16Array(RATE * seconds);
  let state = 7;
  for (let i = 0; i < samples.length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    samples[i] = Math.round((state / 2 ** 32 - 0.5) * 360);
  }
  return Buffer.from(samples.buffer);
}

/** It loads as the real one does, and tells voices apart in its own way. */
async function withAnotherWeight(): Promise<Buffer> {
  const bytes = await readFile(join(BUILT_IN_DIR, 'speaker-encoder', 'speaker-encoder.tflite'));
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  return bytes;
}

describe('sotto transcribe', () => {
  it('prints the words and nothing else on standard output', async () => {
    const { status, stdout } = await runCli(['transcribe', CLIP]);
    expect(stdout).toBe(`${TEXT}\n`);
    expect(status).toBe(0);
  });

  it('writes subtitles, documents and JSON with times', async () => {
    await withTempDir(async (dir) => {
      const srt = await runCli(['transcribe', '--format', 'srt', CLIP]);
      expect(srt.stdout).toMatch(/^1\n00:00:0\d,\d{3} --> 00:00:0[23],\d{3}\nHe might even have been\smade/);
      const vtt = await runCli(['transcribe', '--output', join(dir, 'a.vtt'), CLIP]);
      expect(vtt.stdout).toBe('');
      expect(await readFile(join(dir, 'a.vtt'), 'utf8')).toMatch(/^WEBVTT\n/);
      const json = await runCli(['transcribe', '--format', 'json', CLIP]);
      const transcript = JSON.parse(json.stdout) as { segments: Segment[]; durationMs: number };
      expect(transcript.durationMs).toBeCloseTo(3290, -2);
      expect(transcript.segments[0]?.words.length).toBe(8);
      await runCli(['transcribe', '--output', join(dir, 'a.docx'), CLIP]);
      expect((await readFile(join(dir, 'a.docx'))).subarray(0, 2).toString()).toBe('PK');
    });
  });

  it('does every file of a batch, and tells of the one that failed', async () => {
    await withTempDir(async (dir) => {
      const bad = join(dir, 'letter.wav');
      await writeFile(bad, 'Dear Anna, this is no sound at all, but a letter.');
      await mkdir(join(dir, 'out'));
      const result = await runCli(['transcribe', '--output', join(dir, 'out'), bad, CLIP]);
      expect(result.status).toBe(8);
      expect(result.stderr).toContain('AUDIO_FORMAT');
      expect((await readFile(join(dir, 'out', 'amiable.txt'), 'utf8')).trim()).toBe(TEXT);
    });
  });

  it('streams events with --json', async () => {
    const { stdout } = await runCli(['transcribe', '--json', CLIP]);
    const events = parseEvents(stdout);
    expect(events[0]?.type).toBe('started');
    const done = events.at(-1) as Extract<SpeechEvent, { type: 'done' }>;
    expect(done).toMatchObject({ type: 'done', reason: 'complete' });
    expect(done.stats.language).toBe('en');
    expect(done.stats.speechMs).toBeGreaterThan(2000);
  });

  it('refuses a language that the model does not know, and a format that there is not', async () => {
    expect((await runCli(['transcribe', '--language', 'xx', CLIP])).status).toBe(2);
    expect((await runCli(['transcribe', '--format', 'pdf', CLIP])).status).toBe(2);
    expect((await runCli(['transcribe', '--threads', '0', CLIP])).status).toBe(2);
    expect((await runCli(['transcribe', '--model', 'no-such-model', CLIP])).status).toBe(4);
    expect((await runCli(['transcribe', join(ROOT, 'no-such-file.wav')])).status).toBe(8);
  });

  it('invents nothing where nobody speaks', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'quiet.wav');
      await writeFile(path, wav(silence(60), noise(60), silence(60)));
      const { stdout, status } = await runCli(['transcribe', path]);
      expect(stdout).toBe('');
      expect(status).toBe(0);
    });
  });

  it.each([0, 0.3, 1])('hears a sentence as often as it is said, %d s apart', async (gap) => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'again.wav');
      await writeFile(path, wav(clip, silence(gap), clip, silence(gap), clip));
      const { stdout, stderr } = await runCli(['transcribe', '--format', 'json', path]);
      const { segments, coverage } = JSON.parse(stdout) as Transcript;
      expect(segments.map(({ text }) => text.trim().toLowerCase())).toEqual(
        Array(3).fill(TEXT.toLowerCase()),
      );
      expect(coverage).toBe(1);
      expect(stderr).toContain('words for 100 % of the speech');
    });
  });

  it('stops at Ctrl-C', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'long.wav');
      await writeFile(path, wav(...Array.from({ length: 60 }, () => Buffer.concat([clip, silence(3)]))));
      const result = await runCli(['transcribe', path], {
        onStart: (child) => {
          child.stdout?.once('data', () => child.kill('SIGINT'));
        },
      });
      expect(result.status).toBe(130);
      expect(result.stdout).toContain(TEXT);
    });
  });
});

/** The clip as another person would say it: a third higher, throat and all, and that much faster. */
function otherVoice(samples: Buffer): Buffer {
  const from = new Int16Array(Uint8Array.from(samples).buffer);
  const to = Int16Array.from({ length: Math.floor(from.length / 1.33) }, (_, index) => {
    const at = Math.floor(index * 1.33);
    const rest = index * 1.33 - at;
    return (from[at] ?? 0) * (1 - rest) + (from[at + 1] ?? 0) * rest;
  });
  return Buffer.from(to.buffer);
}

describe('sotto transcribe --speakers', () => {
  it('tells two people apart by their voices, and changes no word', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'two.wav');
      const other = otherVoice(clip);
      const gap = silence(2);
      await writeFile(path, wav(clip, gap, other, gap, clip, gap, other, gap));
      const plain = await runCli(['transcribe', path]);
      for (const speakers of ['auto', '2']) {
        const { stdout, status } = await runCli([
          'transcribe',
          '--speakers',
          speakers,
          '--format',
          'json',
          path,
        ]);
        const { segments, speakers: named } = JSON.parse(stdout) as Transcript;
        expect(status).toBe(0);
        expect(segments.map(({ text }) => `${text.trim()}\n`).join('')).toBe(plain.stdout);
        expect(segments.map(({ speakerId }) => speakerId)).toEqual([
          'voice-1',
          'voice-2',
          'voice-1',
          'voice-2',
        ]);
        expect(named.map(({ name }) => name)).toEqual(['Speaker 1', 'Speaker 2']);
      }
      const text = await runCli(['transcribe', '--speakers', '1', path]);
      expect(text.stdout.match(/Speaker \d: /g)?.every((name) => name === 'Speaker 1: ')).toBe(true);
    });
  });

  it.each([
    ['is missing', undefined],
    ['is damaged', () => Buffer.alloc(1000, 7)],
    ['is another than the one that came with Sotto', withAnotherWeight],
  ])('gives the text all the same where the model for it %s, and says so', async (_, encoder) => {
    await withTempDir(async (dir) => {
      const models = join(dir, 'models');
      await mkdir(join(models, 'speaker-encoder'), { recursive: true });
      for (const id of ['whisper-base', 'silero-vad', 'speaker-encoder']) {
        await mkdir(join(models, id), { recursive: true });
        for (const file of await readdir(join(BUILT_IN_DIR, id))) {
          if (file !== 'speaker-encoder.tflite')
            await symlink(join(BUILT_IN_DIR, id, file), join(models, id, file));
        }
      }
      const path = join(models, 'speaker-encoder', 'speaker-encoder.tflite');
      if (encoder !== undefined) await writeFile(path, await encoder());
      const { core } = createRealCore(dir, ENGINE_LIMITS, models);
      try {
        const events: SpeechEvent[] = [];
        const stop = new AbortController().signal;
        for await (const event of core.speech.transcribeFile(CLIP, { speakers: 2 }, stop)) events.push(event);
        expect(
          events.flatMap((event) => (event.type === 'segment' ? [event.segment.text.trim()] : [])),
        ).toEqual([TEXT]);
        expect(events.filter(({ type }) => type === 'notice')).toMatchObject([
          { notice: { code: 'SPEAKERS_FAILED' } },
        ]);
        expect(events.at(-1)).toMatchObject({ type: 'done', reason: 'complete' });
      } finally {
        await core.dispose();
      }
    });
  });

  it('refuses a number that is none', async () => {
    const { status, stderr } = await runCli(['transcribe', '--speakers', 'some', CLIP]);
    expect(status).toBe(2);
    expect(stderr).toContain('speakers is out of its range');
  });
});

describe('an engine that dies in the middle of a file', () => {
  it.each(['SIGKILL', 'SIGSEGV'] as const)('%s: every sentence is there, once', async (signal) => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'four.wav');
      // Pauses of three seconds, so that every sentence is a window of its own.
      await writeFile(path, wav(...Array.from({ length: 4 }, () => Buffer.concat([clip, silence(3)]))));
      const real = createRealCore(dir, { ...ENGINE_LIMITS, silence: 2500 });
      try {
        const texts: string[] = [];
        for await (const event of real.core.speech.transcribeFile(path, {}, new AbortController().signal)) {
          if (event.type !== 'segment') continue;
          texts.push(event.segment.text.trim());
          if (texts.length === 2) real.signal(signal);
        }
        expect(texts).toEqual([TEXT, TEXT, TEXT, TEXT]);
        expect(real.processes.length).toBe(2);
      } finally {
        await real.core.dispose();
      }
    });
  });

  it('refuses a lone file that is no Whisper, or one with a vocabulary of its own', async () => {
    const voice = join(ROOT, 'models', 'builtin', 'silero-vad', 'silero-vad.tflite');
    const plain = join(ROOT, 'test', 'native', 'fixtures', 'speech', 'plain-whisper.tflite');
    for (const [model, words] of [
      [voice, /no speech model/],
      [plain, /tokenizer of its own/],
    ] as const) {
      const { status, stdout } = await runCli(['transcribe', CLIP, '--model', model, '--json']);
      expect(status).toBe(4);
      const failed = parseEvents(stdout).find((event) => event.type === 'failed');
      expect(failed).toMatchObject({
        error: { code: 'MODEL_FORMAT', message: expect.stringMatching(words) },
      });
    }
  });
});
