import type { Transcript } from '../../../contract/speech.ts';
import { formatClock } from './clock.ts';
import { transcriptCues } from './cues.ts';

/**
 * SubRip. It has no escapes: text with tags or arrows stays what it is, and as no line is empty, no text can be
 * taken for the next cue. A speaker's name stands before the first cue after somebody else's.
 */
export function toSrt(transcript: Transcript, hasSpeakers: boolean): string {
  let before: string | undefined;
  const blocks = transcriptCues(transcript, hasSpeakers).map((cue, index) => {
    const [first = '', ...others] = cue.lines;
    const start = cue.speaker === undefined || cue.speaker === before ? first : `${cue.speaker}: ${first}`;
    before = cue.speaker;
    // Players drop a cue of no length.
    const endMs = Math.max(cue.endMs, cue.startMs + 1);
    const times = `${formatClock(cue.startMs, ',')} --> ${formatClock(endMs, ',')}`;
    return [index + 1, times, start, ...others].join('\n');
  });
  return blocks.map((block) => `${block}\n`).join('\n');
}
