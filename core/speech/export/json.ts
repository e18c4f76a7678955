import { z } from 'zod';
import { type Transcript, transcriptSchema } from '../../../contract/speech.ts';

/** Raised whenever a program that reads the older form would get it wrong. */
const TRANSCRIPT_VERSION = 1;

/** A transcript as a file; described for others in docs/transcript-format.md. */
export const transcriptFileSchema = z.object({
  format: z.literal('sotto-transcript'),
  version: z.literal(TRANSCRIPT_VERSION),
  ...transcriptSchema.shape,
});

/** Everything that Sotto knows of a transcript. */
export function toJson(transcript: Transcript): string {
  const file = { format: 'sotto-transcript', version: TRANSCRIPT_VERSION, ...transcript };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}
