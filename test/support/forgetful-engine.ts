import type { SpeechEvent, Word } from '../../contract/speech.ts';
import type { HeardWindow, SpeechWindow } from '../../core/engine/speech/speech-protocol.ts';
import type { HeardOnEngine, HearingEngine } from '../../core/speech/hearing-engine.ts';
import { createSampleBuffer } from '../../core/speech/sample-buffer.ts';

/** Sound whose samples tell when they are, in seconds. */
export function clockSound(lengthMs: number) {
  const buffer = createSampleBuffer();
  buffer.add(Float32Array.from({ length: lengthMs * 16 }, (_, index) => index / 16_000));
  return buffer;
}

/** What is said from one time to another; the words share the time. */
export interface Sentence {
  startMs: number;
  endMs: number;
  text: string;
}

export interface Hearing
  extends Pick<SpeechWindow, 'prompt' | 'language' | 'stopAtLoop' | 'leastTemperature'> {
  startMs: number;
  endMs: number;
}

/** What a hearing makes of the sentences in it; undefined: no words. */
export type Ear = (
  sentences: Sentence[],
  hearing: Hearing,
) => (Partial<HeardWindow> & { said?: Sentence[] }) | undefined;

/** Whisper's habit: of sentences that are the same it writes the first, and gives its last word all their time. */
export const forgetful: Ear = (sentences) => ({
  said: sentences.filter(({ text }, index) => sentences.findIndex((other) => other.text === text) === index),
});

function wordsOf({ startMs, endMs, text }: Sentence): Word[] {
  const texts = text.match(/\s*\S+/g) ?? [];
  const each = (endMs - startMs) / texts.length;
  return texts.map((one, index) => ({
    text: index === 0 ? ` ${one}` : one,
    startMs: startMs + index * each,
    endMs: startMs + (index + 1) * each,
    confidence: 0.9,
  }));
}

/** An engine that hears clockSound: what is said in it, as the ear has it. */
export function forgetfulEngine(sentences: readonly Sentence[], ear: Ear = forgetful) {
  const hearings: Hearing[] = [];
  async function* transcribe(window: SpeechWindow): AsyncGenerator<SpeechEvent, HeardOnEngine, void> {
    const startMs = Math.round((window.samples[0] ?? 0) * 1000);
    const lengthMs = window.samples.length / 16;
    const { samples: _, ...manner } = window;
    const hearing = { ...manner, startMs, endMs: startMs + lengthMs };
    hearings.push(hearing);
    const inside = sentences.filter((one) => one.startMs >= startMs - 50 && one.endMs <= hearing.endMs + 50);
    const { said = [], ...figures } = ear(inside, hearing) ?? {};
    const words = said.flatMap(wordsOf).map((word) => ({
      ...word,
      startMs: word.startMs - startMs,
      endMs: word.endMs - startMs,
    }));
    const last = words.at(-1);
    if (last !== undefined) last.endMs = lengthMs;
    const text = words.map((word) => word.text).join('');
    yield { type: 'partial', text };
    const segments =
      words.length === 0
        ? []
        : [{ startMs: words[0]?.startMs ?? 0, endMs: lengthMs, text, words, confidence: 0.9 }];
    const heard: HeardWindow = {
      language: 'en',
      segments,
      noSpeechProbability: 0,
      meanLogProbability: -0.2,
      compressionRatio: 1,
      temperature: 0,
      cost: { encodeMs: 1, decodeMs: 1, tokens: 1 },
      ...figures,
    };
    return { window: heard, peakRssBytes: 1 };
  }
  return { engine: { transcribe } as unknown as HearingEngine, hearings };
}
