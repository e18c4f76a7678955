import type { ExportFormat, Transcript } from '../../../contract/speech.ts';
import { toDocx } from './docx.ts';
import { toJson } from './json.ts';
import { toSrt } from './srt.ts';
import { toTxt } from './txt.ts';
import { toVtt } from './vtt.ts';

export interface ExportOptions {
  /** In TXT (default false) and DOCX (default true); the other formats always have them. */
  times?: boolean;
  /** Names of speakers, where there are any; default true. JSON always has them. */
  speakers?: boolean;
}

/** A transcript as the bytes of a file: UTF-8 text without a mark at its start, or a Word document. */
export async function exportTranscript(
  transcript: Transcript,
  format: ExportFormat,
  { times, speakers = true }: ExportOptions = {},
): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  switch (format) {
    case 'txt':
      return encoder.encode(toTxt(transcript, times ?? false, speakers));
    case 'srt':
      return encoder.encode(toSrt(transcript, speakers));
    case 'vtt':
      return encoder.encode(toVtt(transcript, speakers));
    case 'json':
      return encoder.encode(toJson(transcript));
    case 'docx':
      return toDocx(transcript, times ?? true, speakers);
  }
}
