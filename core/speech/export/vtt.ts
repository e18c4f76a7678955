import type { Transcript } from '../../../contract/speech.ts';
import { formatClock } from './clock.ts';
import { transcriptCues } from './cues.ts';

/** The three characters that mean something in a cue (WebVTT, 4.2.2); without ">" no arrow is left. */
function escapeCue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** WebVTT (W3C), with a voice span for each cue whose speaker has a name. */
export function toVtt(transcript: Transcript, hasSpeakers: boolean): string {
  const blocks = transcriptCues(transcript, hasSpeakers).map((cue) => {
    const voice = cue.speaker === undefined ? '' : `<v ${escapeCue(cue.speaker)}>`;
    // The end has to be after the start (4.1).
    const endMs = Math.max(cue.endMs, cue.startMs + 1);
    const times = `${formatClock(cue.startMs, '.')} --> ${formatClock(endMs, '.')}`;
    return `${times}\n${voice}${cue.lines.map(escapeCue).join('\n')}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}
