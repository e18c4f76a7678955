import type { Segment, Speaker, SpeakerTurn } from './speech.ts';

/** Names found for a transcript: added to those that are there. */
export function addSpeakers(known: readonly Speaker[], found: readonly Speaker[]): Speaker[] {
  return [...known, ...found.filter(({ id }) => known.every((one) => one.id !== id))];
}

/**
 * Says of every line who spoke: whose turn it overlaps the longest, or else whose turn is nearest. The text is never
 * changed, nor a speaker that is there already.
 */
export function assignTurns(segments: readonly Segment[], turns: readonly SpeakerTurn[]): Segment[] {
  return segments.map((segment) => {
    const speakerId = segment.speakerId ?? speakerOf(segment, turns);
    return speakerId === undefined ? segment : { ...segment, speakerId };
  });
}

function speakerOf({ startMs, endMs }: Segment, turns: readonly SpeakerTurn[]): string | undefined {
  let best: SpeakerTurn | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const turn of turns) {
    // Below nought it is the time between them.
    const overlap = Math.min(endMs, turn.endMs) - Math.max(startMs, turn.startMs);
    if (overlap > most) [best, most] = [turn, overlap];
  }
  return best?.speakerId;
}
