import type { Segment, Speaker } from '../../../../contract/speech.ts';
import { meanConfidence, splitWords, trimWords, wordsAfterEdit } from './word-changes.ts';

/** What of a transcript a person can change. Never changed in place: what is undone is put back whole. */
export interface Draft {
  segments: Segment[];
  speakers: Speaker[];
}

export const EMPTY_DRAFT: Draft = { segments: [], speakers: [] };

/** A segment as it came, without the space that models put before a text. */
export function tidy(segment: Segment): Segment {
  const words = trimWords(segment.words);
  const text = segment.text.trim();
  // Words whose texts are not the text would be shown in its stead.
  return { ...segment, text, words: words.map((word) => word.text).join('') === text ? words : [] };
}

export function withSegment(draft: Draft, segment: Segment): Draft {
  if (draft.segments.some(({ id }) => id === segment.id)) return draft;
  return { ...draft, segments: [...draft.segments, segment] };
}

export function setText(draft: Draft, id: string, text: string): Draft {
  return changeSegment(draft, id, (segment) => edited(segment, text));
}

function edited(segment: Segment, text: string): Segment {
  const words = wordsAfterEdit(segment, text);
  // Whoever wrote the words has made them out.
  const doubts =
    text.trim() === '' ? segment.doubts : segment.doubts.filter((doubt) => doubt !== 'inaudible');
  return { ...segment, text, words, doubts, confidence: meanConfidence(words, segment.confidence) };
}

/** Two lines of one, or the same where one of them would be empty. */
export function split(draft: Draft, id: string, offset: number, newId: string): Draft {
  const segment = draft.segments.find((one) => one.id === id);
  const leftText = segment?.text.slice(0, offset).trim() ?? '';
  const rightText = segment?.text.slice(offset).trim() ?? '';
  if (segment === undefined || leftText === '' || rightText === '') return draft;
  const [leftWords, rightWords] = splitWords(segment.words, offset).map(trimWords) as [
    Segment['words'],
    Segment['words'],
  ];
  const share = offset / Math.max(1, segment.text.length);
  const cutMs = segment.startMs + (segment.endMs - segment.startMs) * share;
  const left: Segment = {
    ...segment,
    text: leftText,
    words: leftWords,
    endMs: leftWords.at(-1)?.endMs ?? cutMs,
    confidence: meanConfidence(leftWords, segment.confidence),
  };
  const right: Segment = {
    ...segment,
    id: newId,
    text: rightText,
    words: rightWords,
    startMs: rightWords[0]?.startMs ?? cutMs,
    confidence: meanConfidence(rightWords, segment.confidence),
  };
  return { ...draft, segments: draft.segments.flatMap((one) => (one.id === id ? [left, right] : [one])) };
}

/** Joins a line to the one before it; undefined for the first. */
export function mergeWithPrevious(
  draft: Draft,
  id: string,
  space: string,
): { draft: Draft; into: string; offset: number } | undefined {
  const index = draft.segments.findIndex((one) => one.id === id);
  const before = draft.segments[index - 1];
  const segment = draft.segments[index];
  if (before === undefined || segment === undefined) return undefined;
  const gap = before.text === '' || segment.text === '' ? '' : space;
  const words = joinedWords(before, segment, gap);
  const merged: Segment = {
    ...before,
    endMs: Math.max(before.endMs, segment.endMs),
    text: before.text + gap + segment.text,
    words,
    confidence: meanConfidence(words, Math.min(before.confidence, segment.confidence)),
    doubts: joinedDoubts(before, segment),
  };
  const segments = draft.segments.flatMap((one, at) =>
    at === index ? [] : at === index - 1 ? [merged] : [one],
  );
  return { draft: { ...draft, segments }, into: before.id, offset: before.text.length + gap.length };
}

/** A line with words is not inaudible. */
function joinedDoubts(before: Segment, after: Segment): Segment['doubts'] {
  const hasText = before.text !== '' || after.text !== '';
  const doubts = new Set([...before.doubts, ...after.doubts]);
  if (hasText) doubts.delete('inaudible');
  return [...doubts];
}

/** None where one side has none: half of a line's words would be shown in place of its text. */
function joinedWords(before: Segment, after: Segment, gap: string): Segment['words'] {
  if (after.text === '') return before.words;
  if (before.text === '') return after.words;
  const [first, ...rest] = after.words;
  if (first === undefined || before.words.length === 0) return [];
  return [...before.words, { ...first, text: gap + first.text }, ...rest];
}

export function removeSegment(draft: Draft, id: string): Draft {
  return { ...draft, segments: draft.segments.filter((one) => one.id !== id) };
}

/** Whatever the case of its letters; the text looked for is no pattern. */
export function patternOf(query: string): RegExp {
  return new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
}

export interface Match {
  segmentId: string;
  start: number;
  end: number;
}

export function findAll({ segments }: Draft, query: string): Match[] {
  if (query === '') return [];
  const pattern = patternOf(query);
  return segments.flatMap(({ id, text }) =>
    [...text.matchAll(pattern)].map(({ index, 0: { length } }) => ({
      segmentId: id,
      start: index,
      end: index + length,
    })),
  );
}

export function replaceMatch(draft: Draft, { segmentId, start, end }: Match, by: string): Draft {
  return changeSegment(draft, segmentId, (segment) =>
    edited(segment, segment.text.slice(0, start) + by + segment.text.slice(end)),
  );
}

export function replaceAll(draft: Draft, query: string, by: string): Draft {
  // From the last to the first, as the places of the earlier ones do not move then; one by one, so that the
  // words between them keep their times.
  return findAll(draft, query).reduceRight((changed, match) => replaceMatch(changed, match, by), draft);
}

export function addSpeaker(draft: Draft, id: string, name: string): Draft {
  return { ...draft, speakers: [...draft.speakers, { id, name }] };
}

/** Everywhere, as lines hold the speaker and not the name. */
export function renameSpeaker(draft: Draft, id: string, name: string): Draft {
  return { ...draft, speakers: draft.speakers.map((one) => (one.id === id ? { ...one, name } : one)) };
}

export function removeSpeaker(draft: Draft, id: string): Draft {
  return {
    speakers: draft.speakers.filter((one) => one.id !== id),
    segments: draft.segments.map((one) => (one.speakerId === id ? withoutSpeaker(one) : one)),
  };
}

export function assignSpeaker(draft: Draft, id: string, speakerId: string | undefined): Draft {
  return changeSegment(draft, id, (segment) =>
    speakerId === undefined ? withoutSpeaker(segment) : { ...segment, speakerId },
  );
}

function withoutSpeaker({ speakerId: _, ...segment }: Segment): Segment {
  return segment;
}

function changeSegment(draft: Draft, id: string, changed: (segment: Segment) => Segment): Draft {
  return { ...draft, segments: draft.segments.map((one) => (one.id === id ? changed(one) : one)) };
}
