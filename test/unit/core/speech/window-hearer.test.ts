import { describe, expect, it } from 'vitest';
import type { SpeechSettings } from '../../../../contract/speech.ts';
import { tidyPrompt } from '../../../../core/speech/expected-words.ts';
import type { HeardPart } from '../../../../core/speech/parts.ts';
import { WindowHearer } from '../../../../core/speech/window-hearer.ts';
import {
  clockSound,
  type Ear,
  forgetful,
  forgetfulEngine,
  type Sentence,
} from '../../../support/forgetful-engine.ts';

const SAID = 'He might even have been made amiable himself.';
/** Sentences of three seconds with so much between them. */
const row = (texts: readonly string[], gapMs: number): Sentence[] =>
  texts.map((text, index) => {
    const startMs = 1_000 + index * (3_000 + gapMs);
    return { startMs, endMs: startMs + 3_000, text };
  });

async function hear(
  sentences: readonly Sentence[],
  ear?: Ear,
  settings: SpeechSettings = { language: 'en' },
) {
  const endMs = (sentences.at(-1)?.endMs ?? 0) + 200;
  const { engine, hearings } = forgetfulEngine(sentences, ear);
  const hearer = new WindowHearer(engine, clockSound(endMs), settings, new AbortController().signal);
  const speech = sentences.map(({ startMs, endMs: end }) => ({ startMs, endMs: end }));
  const window = { startMs: 800, endMs, overlapMs: 0, isHardEnd: false, speech };
  const events = hearer.hear(window);
  let parts: HeardPart[] = [];
  for (let next = await events.next(); ; next = await events.next()) {
    if (!next.done) continue;
    parts = next.value;
    break;
  }
  return { parts, texts: parts.map(({ text }) => text.trim()), hearings, coverage: hearer.coverage };
}

describe('speech that the model leaves out', () => {
  it.each([0, 300, 1_000])(
    'is heard again where the same is said over and over, %i ms apart',
    async (gapMs) => {
      for (const times of [2, 3, 5]) {
        const { texts, parts, coverage } = await hear(row(Array(times).fill(SAID), gapMs));
        expect(texts).toEqual(Array(times).fill(SAID));
        expect(coverage).toBe(1);
        const edges = parts.flatMap(({ startMs, endMs }) => [startMs, endMs]);
        expect(edges).toEqual(edges.toSorted((a, b) => a - b));
      }
    },
  );

  it('is heard again between two other sentences, and no word of theirs comes twice', async () => {
    const { texts } = await hear(row(['Good morning.', SAID, SAID, 'And since when?'], 500));
    expect(texts.join(' ')).toBe(`Good morning. ${SAID} ${SAID} And since when?`);
  });

  it('is marked where it has no words at the third try either, with its time, and is not covered', async () => {
    const deaf: Ear = (sentences, hearing) =>
      forgetful(
        sentences.filter(({ text }) => text !== 'mumbled'),
        hearing,
      );
    const { parts, texts, hearings, coverage } = await hear(
      row(['Good morning.', 'mumbled', 'Goodbye, my dear friend.'], 500),
      deaf,
    );
    expect(texts).toEqual(['Good morning.', '', 'Goodbye, my dear friend.']);
    expect(parts[1]).toMatchObject({ doubts: ['inaudible'], startMs: 3_700, endMs: 6_700 });
    expect(coverage).toBeCloseTo(2 / 3, 5);
    expect(hearings.slice(1).some(({ leastTemperature }) => (leastTemperature ?? 0) > 0)).toBe(true);
    expect(hearings).toHaveLength(4);
  });

  it('is not made up: what the model only guesses stays a mark', async () => {
    const guessing: Ear = (sentences, hearing) =>
      hearing.endMs - hearing.startMs > 6_000
        ? forgetful(sentences.slice(0, 1), hearing)
        : { said: sentences, meanLogProbability: -1.4 };
    const { texts } = await hear(row(['Good morning.', 'mumbled'], 500), guessing);
    expect(texts).toEqual(['Good morning.', '']);
  });

  it('is heard without the words to expect, which may be the reason', async () => {
    const { hearings } = await hear(row([SAID, SAID], 500), undefined, {
      language: 'en',
      prompt: 'Dashwood',
    });
    expect(hearings.map(({ prompt }) => prompt)).toEqual(['Dashwood', undefined]);
  });
});

describe('a text that repeats itself', () => {
  it('is heard again in two halves, cut where somebody pauses', async () => {
    const stuck: Ear = (sentences, hearing) =>
      hearing.endMs - hearing.startMs > 7_000
        ? { said: [{ startMs: 1_000, endMs: 9_000, text: 'ok ok ok ok' }], compressionRatio: 9 }
        : forgetful(sentences, hearing);
    const all = row(['One is here.', 'Two is here.', 'Three is here.', 'Four is here.'], 500);
    const { texts, hearings } = await hear(all, stuck);
    expect(texts.join(' ')).toBe('One is here. Two is here. Three is here. Four is here.');
    expect(hearings[0]?.stopAtLoop).toBe(true);
    expect(hearings[1]?.endMs).toBe(7_750);
  });
});

describe('a window whose end the model did not reach', () => {
  it('is heard on from there, and a word that it stopped in comes once', async () => {
    const all = row(['Good morning.', 'I am himself.', 'And you?'], 500);
    const tired: Ear = (sentences, { startMs }) =>
      startMs < 1_000
        ? { said: sentences.slice(0, 2), unfinishedFromMs: 6_400 }
        : { said: [{ startMs: 7_200, endMs: 7_400, text: 'himself.' }, ...sentences] };
    const { texts } = await hear(all, tired);
    expect(texts.join(' ')).toBe('Good morning. I am himself. And you?');
  });
});

describe('words to expect', () => {
  it('do not take the place of what is said: a loop is heard again without them', async () => {
    const led: Ear = (sentences, hearing) =>
      hearing.prompt === undefined
        ? forgetful(sentences, hearing)
        : { said: [{ startMs: 1_000, endMs: 4_000, text: 'well well well' }], compressionRatio: 9 };
    const { texts, hearings } = await hear(row([SAID], 0), led, { prompt: 'Well' });
    expect(texts).toEqual([SAID]);
    expect(hearings.map(({ prompt }) => prompt)).toEqual(['Well', undefined]);
  });

  it('are not written down where nobody says them', async () => {
    const prompt = 'She sells sea shells';
    const led: Ear = (sentences, hearing) =>
      hearing.prompt === undefined
        ? forgetful(sentences, hearing)
        : { said: [{ startMs: 1_000, endMs: 4_000, text: 'She sells sea shells.' }] };
    expect((await hear(row([SAID], 0), led, { prompt })).texts).toEqual([SAID]);
    expect((await hear(row(['She sells sea shells.'], 0), forgetful, { prompt })).texts).toEqual([
      'She sells sea shells.',
    ]);
  });

  it('are told to the model once each where they repeat themselves, and as they are elsewhere', () => {
    expect(tidyPrompt('ok '.repeat(400))).toBe('ok');
    expect(tidyPrompt('... '.repeat(40))).toBeUndefined();
    expect(tidyPrompt('Dashwood, Norland')).toBe('Dashwood, Norland');
  });
});

describe('another language in the same recording', () => {
  const GERMAN = 'Guten Tag, meine Damen und Herren.';
  /** Hears every sentence in the language it is asked for, and is sure of what the first one is in. */
  const polyglot: Ear = (sentences, hearing) => {
    const found = sentences[0]?.text === GERMAN ? 'de' : 'en';
    const language = hearing.language ?? found;
    const said = sentences.map((one) => ({
      ...one,
      text: one.text === GERMAN && language === 'en' ? 'Good day, my ladies.' : one.text,
    }));
    return { said, language, languageProbability: 0.95, otherLanguage: 'fr' };
  };

  it('is heard as what it is, also after a short pause, and so is what comes before', async () => {
    const { texts } = await hear(row(['Good morning.', SAID, GERMAN], 600), polyglot, {});
    expect(texts.join(' ')).toBe(`Good morning. ${SAID} ${GERMAN}`);
  });

  it('is not looked for where the language was given', async () => {
    const { texts, hearings } = await hear(row([SAID, GERMAN], 600), polyglot, { language: 'en' });
    expect(texts.join(' ')).toBe(`${SAID} Good day, my ladies.`);
    expect(hearings).toHaveLength(1);
  });
});
