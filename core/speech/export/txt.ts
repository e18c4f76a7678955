import type { Segment, Transcript } from '../../../contract/speech.ts';
import { UNSPACED_LANGUAGES } from '../../../contract/unspaced-languages.ts';
import { formatClock } from './clock.ts';
import { shownText } from './shown-text.ts';
import { speakerNames } from './speaker-names.ts';

/** A pause of this length begins a paragraph: as long as the one that ends a window of Whisper. */
const PARAGRAPH_PAUSE_MS = 2_000;

interface Paragraph {
  startMs: number;
  endMs: number;
  speakerId: string | undefined;
  text: string;
}

function toParagraphs(segments: readonly Segment[], isPerSegment: boolean, space: string): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  for (const segment of segments) {
    const { startMs, endMs, speakerId } = segment;
    const text = shownText(segment);
    if (text === '') continue;
    const last = paragraphs.at(-1);
    const isNew =
      last === undefined ||
      isPerSegment ||
      last.speakerId !== speakerId ||
      startMs - last.endMs >= PARAGRAPH_PAUSE_MS;
    if (isNew) paragraphs.push({ startMs, endMs, speakerId, text });
    else {
      last.text += space + text;
      last.endMs = endMs;
    }
  }
  return paragraphs;
}

/**
 * Plain text: a line for each segment with times, else paragraphs that end where somebody else speaks or
 * somebody pauses.
 */
export function toTxt(transcript: Transcript, hasTimes: boolean, hasSpeakers: boolean): string {
  const names = speakerNames(transcript);
  const space = UNSPACED_LANGUAGES.has(transcript.language ?? '') ? '' : ' ';
  const lines = toParagraphs(transcript.segments, hasTimes, space).map((paragraph) => {
    const name = hasSpeakers ? names.get(paragraph.speakerId ?? '') : undefined;
    const time = hasTimes ? `[${formatClock(paragraph.startMs)}] ` : '';
    return `${time}${name === undefined ? '' : `${name}: `}${paragraph.text}\n`;
  });
  return lines.join(hasTimes ? '' : '\n');
}
