import type { Segment } from './speech.ts';

/** One line of the live captions. */
export interface Caption {
  id: string;
  startMs: number;
  text: string;
}

/** Times of live captions are about so good. */
const TOLERANCE_MS = 1_000;

/**
 * The lines with what only the live captions heard, each where it was said: the careful hearing must not lose what
 * somebody has already read. The same list where it lost nothing.
 */
export function withLostCaptions(segments: Segment[], captions: readonly Caption[]): Segment[] {
  const lost = captions.filter(
    ({ startMs, text }) => text.trim() !== '' && !segments.some((one) => hasWordsAt(one, startMs)),
  );
  if (lost.length === 0) return segments;
  const lines = lost.map((caption) => lineOf(caption, segments));
  // The captions say what the mark could not.
  const rest = segments.filter((one) => !isMark(one) || !lines.some((line) => touches(one, line.startMs)));
  return [...rest, ...lines].sort((a, b) => a.startMs - b.startMs);
}

function lineOf({ id, startMs, text }: Caption, segments: readonly Segment[]): Segment {
  const mark = segments.find((one) => isMark(one) && touches(one, startMs));
  const nextMs = segments.find((one) => one.startMs > startMs && one !== mark)?.startMs;
  const endMs = Math.max(startMs, mark?.endMs ?? Math.min(startMs + TOLERANCE_MS, nextMs ?? Infinity));
  return {
    id: `caption-${id}`,
    startMs,
    endMs,
    text: text.trim(),
    words: [],
    confidence: 0,
    doubts: ['captions-only'],
  };
}

const isMark = ({ text, doubts }: Segment) => text === '' && doubts.includes('inaudible');

const hasWordsAt = (segment: Segment, ms: number) => !isMark(segment) && touches(segment, ms);

const touches = ({ startMs, endMs }: Segment, ms: number) =>
  ms >= startMs - TOLERANCE_MS && ms <= endMs + TOLERANCE_MS;
