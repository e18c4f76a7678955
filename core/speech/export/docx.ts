import { Document, HeadingLevel, Packer, Paragraph, TextRun } from 'docx';
import type { Transcript } from '../../../contract/speech.ts';
import { cleanText } from './clean-text.ts';
import { formatClock } from './clock.ts';
import { shownText } from './shown-text.ts';
import { speakerNames } from './speaker-names.ts';

const QUIET_COLOUR = '595959';
/** The first letter with a direction is Hebrew, Arabic or one of their kin. */
const RIGHT_TO_LEFT = /^\P{L}*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;

function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code;
  } catch {
    // No code that is known.
    return code;
  }
}

function describe(transcript: Transcript): string {
  const date = new Date(transcript.createdAt);
  const day = Number.isNaN(date.getTime())
    ? []
    : [date.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' })];
  const language = transcript.language === undefined ? [] : [languageName(transcript.language)];
  const translated = transcript.translated ? ['translated into English'] : [];
  return [...day, formatClock(transcript.durationMs), ...language, ...translated].join(' · ');
}

/** A Word document: title, date, length and language, then a paragraph for each segment. */
export async function toDocx(
  transcript: Transcript,
  hasTimes: boolean,
  hasSpeakers: boolean,
): Promise<Uint8Array> {
  const names = speakerNames(transcript);
  const title = cleanText(transcript.title);
  const paragraphs = transcript.segments.flatMap((segment) => {
    const text = shownText(segment);
    if (text === '') return [];
    const name = hasSpeakers ? names.get(segment.speakerId ?? '') : undefined;
    const rightToLeft = RIGHT_TO_LEFT.test(text);
    const time = new TextRun({ text: `${formatClock(segment.startMs)}  `, color: QUIET_COLOUR });
    const speaker = new TextRun({ text: `${name ?? ''}: `, bold: true });
    const runs = [...(hasTimes ? [time] : []), ...(name === undefined ? [] : [speaker])];
    const children = [...runs, new TextRun({ text, rightToLeft })];
    return new Paragraph({ children, bidirectional: rightToLeft, spacing: { after: 120 } });
  });
  const document = new Document({
    title,
    creator: 'Sotto',
    lastModifiedBy: 'Sotto',
    sections: [
      {
        children: [
          new Paragraph({ text: title, heading: HeadingLevel.TITLE }),
          new Paragraph({ children: [new TextRun({ text: describe(transcript), color: QUIET_COLOUR })] }),
          ...paragraphs,
        ],
      },
    ],
  });
  return new Uint8Array(await Packer.toArrayBuffer(document));
}
