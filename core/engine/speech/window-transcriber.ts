import type { DecodeOptions, DecodeResult, SpeechModel } from '../../../native/binding-types.ts';
import { type Attempt, decodeWithFallback, isSilence, type Manner, temperaturesFrom } from './fallback.ts';
import { stretchesOf, type TokenStretch } from './segments.ts';
import { sharedTimes } from './shared-times.ts';
import type { HeardSegment, HeardWindow, SpeechWindow } from './speech-protocol.ts';
import type { SpeechSettingsFile } from './speech-settings.ts';
import type { TokenText } from './token-text.ts';
import { meanProbability, type TimedToken, wordsOf } from './words.ts';

/** Half of what the decoder can attend to, as in the reference; the other half is for the prompt. */
const MAX_TOKENS = 224;
/** Texts that are weighed against each other where the likeliest tokens alone make an unsure one. */
const BEAMS = 3;
/** Start, language, task and the mark of earlier text. */
const CONTROL_TOKENS = 5;
/** A file without a cache holds 128 tokens; so much of them is kept for what stands before the text. */
const LEAST_PROMPT_TOKENS = 16;
const SAMPLES_PER_MS = 16;
const MS_PER_POSITION = 20;

const NO_TEXT = {
  segments: [],
  noSpeechProbability: 0,
  meanLogProbability: 0,
  compressionRatio: 0,
  temperature: 0,
};

/** Turns words to expect into tokens. */
export type EncodeText = (text: string) => Promise<number[]>;

export interface WindowTranscriber {
  /** Hears one window. Partial text goes to the listener while it is written. Undefined: it was cancelled. */
  transcribe(
    window: SpeechWindow,
    onPartial: (text: string) => void,
    signal: AbortSignal,
  ): Promise<HeardWindow | undefined>;
}

type FoundLanguage = Pick<HeardWindow, 'language' | 'languageProbability' | 'otherLanguage'>;

export function createWindowTranscriber(
  model: SpeechModel,
  settings: SpeechSettingsFile,
  text: TokenText,
  encodeText: EncodeText,
): WindowTranscriber {
  const { tokens } = settings;
  const rules = {
    endOfText: tokens.endOfText,
    noSpeech: tokens.noSpeech,
    noTimestamps: tokens.noTimestamps,
    timestampBegin: tokens.timestampBegin,
    suppressed: suppressedTokens(settings),
    suppressedFirst: settings.suppressAtBegin,
    timestamps: true,
  };
  const textOf = (result: DecodeResult) =>
    text.decode(result.tokens.filter((token) => token < tokens.timestampBegin));

  const mostTokens = answerTokens(settings);
  const findLanguage = async (asked: string | undefined): Promise<FoundLanguage> => {
    const codes = Object.keys(settings.languages);
    if (codes.length === 0) return { language: 'en' };
    if (asked !== undefined && settings.languages[asked] !== undefined) return { language: asked };
    const scores = await model.score(tokens.startOfTranscript, Object.values(settings.languages));
    const [first, second] = codes
      .map((code, index) => ({ code, score: scores[index] ?? 0 }))
      .sort((a, b) => b.score - a.score);
    return {
      ...(first === undefined ? {} : { language: first.code, languageProbability: first.score }),
      ...(second === undefined ? {} : { otherLanguage: second.code }),
    };
  };

  const decode = (
    prompt: Prompt,
    maxTokens: number,
    { temperature, beams }: Manner,
    onPartial: (text: string) => void,
  ) => {
    const written: number[] = [];
    // A fixed seed, so that the same audio gives the same text.
    const options: DecodeOptions = {
      ...rules,
      ...prompt,
      maxTokens,
      temperature,
      beams,
      seed: Math.round(temperature * 10),
    };
    return model.decode(options, (token) => {
      if (token >= tokens.timestampBegin) return;
      written.push(token);
      onPartial(text.decode(written));
    });
  };

  /** The tokens of text with their times, by their index in the result. */
  const timedTokens = async (result: DecodeResult, prompt: Prompt, windowMs: number) => {
    const indices = [...result.tokens.keys()].filter(
      (at) => (result.tokens[at] ?? 0) < tokens.timestampBegin,
    );
    const rows = indices.map((index) => prompt.prompt.length - 1 + index);
    const positions = await model.align(rows, Math.ceil(windowMs / MS_PER_POSITION));
    const at = (row: number) => Math.min(windowMs, (positions[row] ?? 0) * MS_PER_POSITION);
    return new Map<number, TimedToken>(
      indices.map((index, row) => [
        index,
        {
          token: result.tokens[index] ?? 0,
          startMs: at(row),
          endMs: at(row + 1),
          logProbability: result.logProbabilities[index] ?? 0,
        },
      ]),
    );
  };

  const hear = async (
    window: SpeechWindow,
    onPartial: (text: string) => void,
  ): Promise<HeardWindow | undefined> => {
    const windowMs = window.samples.length / SAMPLES_PER_MS;
    const startedAt = performance.now();
    await model.encode(window.samples, windowFor(settings, windowMs));
    const encodeMs = performance.now() - startedAt;
    const found = await findLanguage(window.language);
    const { language } = found;
    if (window.onlyLanguage) return { ...found, ...NO_TEXT, cost: { encodeMs, decodeMs: 0, tokens: 0 } };
    const prompt = await promptFor(window, language, settings, encodeText);
    const decodingAt = performance.now();
    const maxTokens = window.live ? Math.min(mostTokens, liveTokens(windowMs)) : mostTokens;
    let written = 0;
    const attempt = await decodeWithFallback(
      async (manner) => {
        const result = await decode(prompt, maxTokens, manner, onPartial);
        written += result.tokens.length;
        return result;
      },
      textOf,
      {
        temperatures: window.live ? [0] : temperaturesFrom(window.leastTemperature ?? 0),
        stopAtLoop: window.stopAtLoop === true,
        // Captions cannot wait for a second decoding.
        beams: window.live ? 1 : BEAMS,
      },
    );
    if (attempt === undefined) return undefined;
    const { result } = attempt;
    const decodeMs = performance.now() - decodingAt;
    const { stretches, unfinishedFromMs } = stretchesOf(result, tokens.timestampBegin, windowMs);
    const silent = isSilence(attempt);
    const times = (): Promise<Map<number, TimedToken>> | Map<number, TimedToken> =>
      settings.alignmentHeads.length > 0
        ? timedTokens(result, prompt, windowMs)
        : sharedTimes(result, stretches, text);
    const timed = window.words && !silent ? await times() : undefined;
    const segments = stretches.map((stretch) => toSegment(stretch, result, text, timed, language));
    return {
      ...figuresOf(attempt),
      ...found,
      segments: silent ? [] : segments,
      cost: { encodeMs, decodeMs, tokens: written },
      ...(unfinishedFromMs === undefined || unfinishedFromMs >= windowMs ? {} : { unfinishedFromMs }),
    };
  };

  return {
    transcribe: async (window, onPartial, signal) => {
      const cancel = () => model.cancel();
      signal.addEventListener('abort', cancel);
      try {
        return await hear(window, (partial) => {
          // A cancel that comes between two decodings would go unheard: every new token asks again.
          if (signal.aborted) model.cancel();
          else onPartial(partial);
        });
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}

/** Tokens that the text of a window may have. */
function answerTokens({ cacheLength }: SpeechSettingsFile): number {
  return Math.min(MAX_TOKENS, cacheLength - CONTROL_TOKENS - LEAST_PROMPT_TOKENS);
}

/** Fast speech has five words a second, of two tokens each, with a timestamp here and there. */
function liveTokens(windowMs: number): number {
  return Math.min(MAX_TOKENS, 12 + Math.ceil((12 * windowMs) / 1000));
}

type Prompt = Pick<DecodeOptions, 'prompt' | 'startIndex'>;

/** Control tokens are never text, and neither is what the model's makers list. */
function suppressedTokens({ tokens, languages, suppressTokens }: SpeechSettingsFile): number[] {
  const tasks = [tokens.translate, tokens.transcribe].filter((token) => token !== null);
  const control = [tokens.startOfTranscript, tokens.startOfPrevious, tokens.noSpeech];
  return [...new Set([...suppressTokens, ...control, ...tasks, ...Object.values(languages)])];
}

/** Words to expect, then what was said just before (its newest end), then what starts a transcript. */
async function promptFor(
  window: SpeechWindow,
  language: string | undefined,
  settings: SpeechSettingsFile,
  encodeText: EncodeText,
): Promise<Prompt> {
  const { tokens } = settings;
  const room = settings.cacheLength - answerTokens(settings) - CONTROL_TOKENS;
  const expected = window.prompt?.trim() ?? '';
  const before = expected === '' ? [] : (await encodeText(` ${expected}`)).slice(0, room);
  const left = room - before.length;
  if (window.previousText !== undefined && left > 0) {
    before.push(...(await encodeText(window.previousText)).slice(-left));
  }
  const earlier = before.length > 0 ? [tokens.startOfPrevious, ...before] : [];
  const code = language === undefined ? undefined : settings.languages[language];
  const task = window.translate ? tokens.translate : tokens.transcribe;
  return {
    prompt: [
      ...earlier,
      tokens.startOfTranscript,
      ...(code === undefined ? [] : [code]),
      ...(task === null ? [] : [task]),
    ],
    startIndex: earlier.length,
  };
}

/** Index of the shortest exported window that holds the audio. */
function windowFor({ windows }: SpeechSettingsFile, windowMs: number): number {
  const fits = windows.findIndex((window) => window.seconds * 1000 >= windowMs);
  return fits === -1 ? windows.length - 1 : fits;
}

function figuresOf({ result, compressionRatio, temperature }: Attempt) {
  const { noSpeechProbability, meanLogProbability } = result;
  return { noSpeechProbability, meanLogProbability, compressionRatio, temperature };
}

function toSegment(
  stretch: TokenStretch,
  result: DecodeResult,
  text: TokenText,
  timed: Map<number, TimedToken> | undefined,
  language: string | undefined,
): HeardSegment {
  const tokens = stretch.indices.map((index) => result.tokens[index] ?? 0);
  const spoken = timed === undefined ? [] : stretch.indices.flatMap((index) => timed.get(index) ?? []);
  return {
    startMs: stretch.startMs,
    endMs: stretch.endMs,
    text: text.decode(tokens),
    words: wordsOf(spoken, text, language),
    confidence: meanProbability(stretch.indices.map((index) => result.logProbabilities[index] ?? 0)),
  };
}
