import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { recordingSchema } from '../../../contract/recording.ts';
import { writeWhole } from '../../system/whole-file.ts';

/** What `recording.json` holds beside the journal: what the user sees, and who writes. */
const recordingFileSchema = recordingSchema.omit({ id: true }).extend({
  format: z.literal(1),
  /** The process that records, so that another one does not take its recording for a dead one's. */
  writer: z.object({ pid: z.int(), started: z.string().optional() }).optional(),
});
export type RecordingFile = z.infer<typeof recordingFileSchema>;

export const journalPath = (dir: string): string => join(dir, 'sound.pcm-journal');
const filePath = (dir: string): string => join(dir, 'recording.json');

/** Undefined: there is none, or it is damaged. The sound does not depend on it. */
export async function readRecordingFile(dir: string): Promise<RecordingFile | undefined> {
  try {
    const parsed = recordingFileSchema.safeParse(JSON.parse(await readFile(filePath(dir), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: a kill leaves the old one. */
export async function writeRecordingFile(dir: string, content: RecordingFile): Promise<void> {
  await writeWhole(filePath(dir), `${JSON.stringify(content, undefined, 2)}\n`);
}
