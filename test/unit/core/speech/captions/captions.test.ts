import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment, Word } from '../../../../../contract/speech.ts';
import { createRequestQueue } from '../../../../../core/engine/request-queue.ts';
import type { HeardWindow } from '../../../../../core/engine/speech/speech-protocol.ts';
import { AppError } from '../../../../../core/errors.ts';
import { Agreement, textOf } from '../../../../../core/speech/captions/agreement.ts';
import type { CaptionEngine } from '../../../../../core/speech/captions/caption-engine.ts';
import { createCaptioner } from '../../../../../core/speech/captions/captioner.ts';
import { type CaptionEvent, LiveCaptions } from '../../../../../core/speech/captions/live-captions.ts';
import { type Phrase, PhraseFinder } from '../../../../../core/speech/captions/phrase-finder.ts';
import { createSpeechModelLibrary } from '../../../../../core/speech/speech-models.ts';
import { BUILT_IN_DIR } from '../../../../support/models.ts';

/** Words of 300 ms, one after the other. */
function spoken(text: string, fromMs = 0): Word[] {
  return text.split(' ').map((word, index) => ({
    text: ` ${word}`,
    startMs: fromMs + index * 300,
    endMs: fromMs + index * 300 + 280,
    confidence: 0.9,
  }));
}

const frames = (count: number, probability: number) => Array.from({ length: count }, () => probability);

describe('PhraseFinder', () => {
  it('begins a little before the voice, and ends a phrase at a pause of 400 ms', () => {
    const finder = new PhraseFinder();
    const [phrase] = finder.feed([...frames(30, 0), ...frames(3, 0.9)]);
    expect(phrase).toEqual({ startMs: 960 - 200, voicedMs: 96 });
    // A shorter pause is within the phrase, and so is a soft voice.
    expect(
      finder.feed([...frames(20, 0.9), ...frames(12, 0), ...frames(10, 0.9), ...frames(5, 0.4)]),
    ).toEqual([]);
    expect(phrase?.endMs).toBeUndefined();
    finder.feed(frames(13, 0.1));
    expect(phrase).toMatchObject({ endMs: 93 * 32, voicedMs: (3 + 20 + 10 + 5) * 32 });
    const [next] = finder.feed(frames(3, 0.9));
    expect(next?.startMs).toBe(93 * 32);
  });

  it('does not take a click for a phrase', () => {
    const finder = new PhraseFinder();
    expect(finder.feed([...frames(5, 0), 0.9, 0.9, ...frames(20, 0), 0.9, 0, 0.9, 0])).toEqual([]);
  });

  it('finds the same phrases however the probabilities are portioned', () => {
    const all = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 200 });
    fc.assert(
      fc.property(all, fc.integer({ min: 1, max: 9 }), (probabilities, size) => {
        const whole = new PhraseFinder();
        const expected = whole.feed(probabilities);
        const parts = new PhraseFinder();
        const found: Phrase[] = [];
        for (let at = 0; at < probabilities.length; at += size) {
          found.push(...parts.feed(probabilities.slice(at, at + size)));
        }
        expect(found).toEqual(expected);
      }),
    );
  });
});

describe('Agreement', () => {
  it('makes firm what two successive hearings agree on', () => {
    const agreement = new Agreement();
    agreement.hear(spoken('And Mr John'), 0, 900);
    expect(agreement.firm).toEqual([]);
    expect(textOf(agreement.partial)).toBe(' And Mr John');
    agreement.hear(spoken('and Mr Johnson said'), 0, 1200);
    expect(textOf(agreement.firm)).toBe(' and Mr');
    agreement.hear(spoken('And Mister Dashwood said that'), 0, 1500);
    // What is firm stays, whatever is heard later.
    expect(textOf(agreement.firm)).toBe(' and Mr');
    expect(textOf(agreement.partial)).toBe(' Dashwood said that');
  });

  it('waits with a last word that may be the beginning of a longer one', () => {
    const agreement = new Agreement();
    agreement.hear(spoken('rather cold'), 0, 600);
    agreement.hear(spoken('rather cold'), 0, 700);
    expect(textOf(agreement.firm)).toBe(' rather');
    agreement.finish(spoken('rather cold-hearted'), 0);
    expect(textOf(agreement.firm)).toBe(' rather cold-hearted');
  });

  it('says nothing twice when only the end is heard again', () => {
    const agreement = new Agreement();
    const words = spoken('no no he said no to the man');
    agreement.hear(words.slice(0, 7), 0, 2400);
    agreement.hear(words.slice(0, 7), 0, 2400);
    expect(agreement.firm.length).toBe(7);
    agreement.finish(words.slice(4), 1200);
    expect(textOf(agreement.firm)).toBe(textOf(words));
  });

  it('never takes a firm word back', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd');
    const hearings = fc.array(fc.array(word, { minLength: 1, maxLength: 8 }), { maxLength: 8 });
    fc.assert(
      fc.property(hearings, (all) => {
        const agreement = new Agreement();
        let before = '';
        for (const words of all) {
          agreement.hear(spoken(words.join(' ')), 0, 4000);
          const now = textOf(agreement.firm);
          expect(now.startsWith(before)).toBe(true);
          before = now;
        }
      }),
    );
  });
});

/** An engine that hears exactly what is said; voice wherever there are words. */
function hearing(words: Word[], change: (call: number) => Partial<HeardWindow> | undefined = () => ({})) {
  const windows: number[] = [];
  let startMs = 0;
  let heardMs = 0;
  const engine: CaptionEngine = {
    findVoice: async (samples) => {
      const from = heardMs;
      heardMs += samples.length / 16;
      return Array.from({ length: samples.length / 512 }, (_, frame) => {
        const at = from + frame * 32 + 16;
        return words.some((word) => word.startMs <= at && at < word.endMs + 30) ? 0.9 : 0;
      });
    },
    hear: async (samples) => {
      windows.push(samples.length / 16);
      // Samples count the milliseconds, so that a window tells when it begins.
      startMs = samples[0] ?? 0;
      const endMs = startMs + samples.length / 16;
      const inside = words
        .filter((word) => word.startMs >= startMs - 20 && word.endMs <= endMs)
        .map((word) => ({ ...word, startMs: word.startMs - startMs, endMs: word.endMs - startMs }));
      const changed = change(windows.length);
      if (changed === undefined) return undefined;
      return {
        segments: [{ startMs: 0, endMs, text: textOf(inside), words: inside, confidence: 0.9 }],
        noSpeechProbability: 0,
        meanLogProbability: -0.2,
        compressionRatio: 1,
        temperature: 0,
        cost: { encodeMs: 0, decodeMs: 0, tokens: 0 },
        ...changed,
      };
    },
  };
  return { engine, windows };
}

/** Feeds `ms` of sound, whose samples tell their own time, in pieces of 128 ms. */
async function follow(engine: CaptionEngine, ms: number, everyPieces = 1): Promise<CaptionEvent[]> {
  const events: CaptionEvent[] = [];
  const captions = new LiveCaptions(engine, (event) => events.push(event));
  for (let piece = 0; piece * 128 < ms; piece += 1) {
    await captions.listen(Float32Array.from({ length: 2048 }, (_, i) => piece * 128 + i / 16));
    if (piece % everyPieces === 0) await captions.hear();
  }
  captions.pause();
  await captions.hear();
  return events;
}

const segmentsOf = (events: CaptionEvent[]): Segment[] =>
  events.flatMap((event) => (event.type === 'segment' ? [event.segment] : []));
const LONG = Array.from({ length: 120 }, (_, index) => `word${index}`).join(' ');

describe('LiveCaptions', () => {
  it('gives every word once and in order, with live text before it stands', async () => {
    const words = [...spoken('he was not an ill disposed young man', 1000), ...spoken('unless to be', 5000)];
    const events = await follow(hearing(words).engine, 8000);
    expect(segmentsOf(events).map(({ text }) => text)).toEqual([
      ' he was not an ill disposed young man',
      ' unless to be',
    ]);
    expect(segmentsOf(events).map(({ startMs }) => startMs)).toEqual([1000, 5000]);
    const first = events.findIndex((event) => event.type === 'segment');
    const partials = events.slice(0, first).flatMap((event) => (event.type === 'partial' ? [event] : []));
    expect(partials.at(-1)?.text.startsWith('he was not an ill disposed')).toBe(true);
    expect(partials.every(({ text, firm }) => text.startsWith(firm))).toBe(true);
    expect(partials.some(({ firm }) => firm.length > 10)).toBe(true);
  });

  it('hears short windows only, and ends a segment where nobody pauses', async () => {
    const words = spoken(LONG, 500);
    const { engine, windows } = hearing(words);
    const events = await follow(engine, 38_000);
    const segments = segmentsOf(events);
    expect(segments.map(({ text }) => text).join('')).toBe(textOf(words));
    expect(segments.length).toBe(2);
    expect(Math.max(...segments.map(({ startMs, endMs }) => endMs - startMs))).toBeLessThan(26_000);
    expect(Math.max(...windows)).toBeLessThan(5000);
    // A short phrase is heard as a whole once more.
    const short = hearing(spoken(LONG.split(' ').slice(0, 25).join(' '), 500));
    await follow(short.engine, 9000);
    expect(Math.max(...short.windows.slice(0, -1))).toBeLessThan(5000);
    expect(short.windows.at(-1)).toBeGreaterThan(7500);
  });

  it('loses nothing when the engine is slow or dies in between', async () => {
    const words = spoken(LONG.split(' ').slice(0, 30).join(' '), 500);
    const slow = await follow(hearing(words).engine, 11_000, 20);
    expect(
      segmentsOf(slow)
        .map(({ text }) => text)
        .join(''),
    ).toBe(textOf(words));
    const dying = hearing(words, (call) => (call % 3 === 1 ? undefined : {}));
    const events = await follow(dying.engine, 11_000);
    expect(
      segmentsOf(events)
        .map(({ text }) => text)
        .join(''),
    ).toBe(textOf(words));
  });

  it('keeps the live text when the engine dies over the last hearing', async () => {
    const words = spoken('he was not an ill disposed young man', 500);
    // Few hearings, so that the last live text is not yet firm.
    const whole = hearing(words);
    await follow(whole.engine, 5000, 16);
    const dying = hearing(words, (call) => (call < whole.windows.length ? {} : undefined));
    const events = await follow(dying.engine, 5000, 16);
    const live = events.find((event) => event.type === 'partial');
    expect(live).toMatchObject({ firm: '', text: expect.stringMatching(/^he was/) });
    expect(segmentsOf(events).map(({ text }) => text.trim())).toEqual([
      live?.type === 'partial' && live.text,
    ]);
  });

  it('tells neither loops nor guesses at silence', async () => {
    const words = spoken('thank you thank you', 1000);
    for (const change of [{ compressionRatio: 3 }, { noSpeechProbability: 0.9, meanLogProbability: -1.5 }]) {
      const events = await follow(hearing(words, () => change).engine, 4000);
      expect(segmentsOf(events)).toEqual([]);
    }
    const doubtful = await follow(hearing(words, () => ({ noSpeechProbability: 0.9 })).engine, 4000);
    expect(segmentsOf(doubtful)[0]?.doubts).toEqual(['maybe-silence']);
  });
});

describe('captions beside a transcription', () => {
  it('say that they wait for the engine, and wait for nothing where it is free', async () => {
    for (const isTaken of [true, false]) {
      const turns = createRequestQueue();
      if (isTaken) await turns.enter(new AbortController().signal);
      const told: CaptionEvent[] = [];
      const captioner = createCaptioner({
        engines: {
          turns,
          acquire: () => Promise.reject(new AppError('MODEL_LOAD_FAILED', 'No engine here.')),
          unload: async () => undefined,
          forget: async () => undefined,
        },
        models: createSpeechModelLibrary(BUILT_IN_DIR),
        defaultThreads: () => 1,
      });
      const captions = captioner.start({}, (event) => told.push(event));
      captions.add(new Float32Array(16_000));
      await captions.end(isTaken ? 500 : 20_000);
      const codes = told.map((event) => (event.type === 'notice' ? event.notice.code : event.type));
      expect(codes).toEqual([isTaken ? 'ENGINE_BUSY' : 'MODEL_LOAD_FAILED']);
    }
  });
});
