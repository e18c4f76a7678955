import fc from 'fast-check';
import { doubtSchema, type Segment, type Transcript } from '../../contract/speech.ts';

/** A transcript of the given texts, five seconds each. */
export function transcriptOf(texts: string[], more: Partial<Transcript> = {}): Transcript {
  return {
    id: 't1',
    title: 'Visit',
    createdAt: '2026-03-04T10:20:00.000Z',
    durationMs: texts.length * 5_000,
    language: 'en',
    translated: false,
    modelId: 'whisper-base',
    segments: texts.map((text, i) => ({
      id: `s${i + 1}`,
      startMs: i * 5_000,
      endMs: (i + 1) * 5_000,
      text,
      words: [],
      confidence: 0.9,
      doubts: [],
    })),
    speakers: [],
    ...more,
  };
}

/** Text that formats trip over. */
const hostile = fc.constantFrom(
  '-->',
  ' 00:00:01,000 --> 00:00:02,000 ',
  '<b>',
  '</v>',
  '<v Eve>',
  '&lt;',
  '&amp;gt;',
  '\n\n',
  '\r\n',
  '\u2028',
  '\n7\n',
  'WEBVTT',
  'NOTE',
  'مرحبا بالعالم',
  'שלום',
  '👩‍👩‍👧‍👦',
  '\ud83d',
  '\0',
  '\u0007',
  '1',
  ']]>',
  ' ',
  '\u00a0?',
  'Hello,',
  ' where does it hurt?',
);
export const anyText = fc
  .array(fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 8 })
  .map((parts) => parts.join(''));

const anyTime = fc.oneof(
  fc.nat(100_000),
  fc.integer({ min: 0, max: 400 * 3_600_000 }),
  fc.double({ min: 0, max: 1e7, noNaN: true }).filter((ms) => !Object.is(ms, -0)),
);
const share = fc.double({ min: 0, max: 1, noNaN: true }).filter((value) => !Object.is(value, -0));

const anySegment: fc.Arbitrary<Segment> = fc
  .record({
    id: fc.string(),
    startMs: anyTime,
    lengthMs: fc.nat(60_000),
    texts: fc.array(anyText, { maxLength: 12, size: 'max' }),
    hasWords: fc.boolean(),
    confidence: share,
    // A mark has no text: it has tests of its own.
    doubts: fc.subarray(doubtSchema.options.filter((doubt) => doubt !== 'inaudible')),
    speakerId: fc.option(fc.constantFrom('a', 'b', 'nobody'), { nil: undefined }),
  })
  .map(({ lengthMs, texts, hasWords, speakerId, doubts, ...rest }) => ({
    ...rest,
    doubts: [...doubts],
    endMs: rest.startMs + lengthMs,
    text: texts.join(''),
    words: hasWords
      ? texts.map((text, i) => ({
          text,
          startMs: rest.startMs + (lengthMs * i) / texts.length,
          endMs: rest.startMs + (lengthMs * (i + 1)) / texts.length,
          confidence: 0.5,
        }))
      : [],
    ...(speakerId !== undefined && { speakerId }),
  }));

export const anyTranscript: fc.Arbitrary<Transcript> = fc
  .record({
    segments: fc.array(anySegment, { maxLength: 12 }),
    title: anyText,
    names: fc.tuple(anyText, anyText),
    language: fc.option(fc.constantFrom('en', 'ja', 'ar', '??'), { nil: undefined }),
    translated: fc.boolean(),
  })
  .map(({ segments, title, names: [first, second], language, translated }) => {
    const speakers = [
      { id: 'a', name: first },
      { id: 'b', name: second },
    ];
    const { language: _, ...base } = transcriptOf([]);
    return { ...base, segments, title, speakers, translated, ...(language !== undefined && { language }) };
  });
