import { join } from 'node:path';
import { z } from 'zod';
import { recordingSchema } from '../../../contract/recording.ts';
import { openBytes, sealBytes } from '../../storage/sealed-bytes.ts';
import { readOwnText } from '../../system/regular-file.ts';
import { writeWhole } from '../../system/whole-file.ts';

/** What `recording.json` holds beside the journal: in the open what recovery needs, sealed what the user wrote. */
const recordingFileSchema = recordingSchema.omit({ id: true, title: true, device: true }).extend({
  format: z.literal(2),
  /** Title and device, base64. There is none where only the journal was left. */
  sealed: z.string().optional(),
  /** The process that records, so that another one does not take its recording for a dead one's. */
  writer: z.object({ pid: z.int(), started: z.string().optional() }).optional(),
});
export type RecordingFile = z.infer<typeof recordingFileSchema>;

const labelSchema = recordingSchema.pick({ title: true, device: true });
/** What the user sees of a recording beside its sound. */
export type RecordingLabel = z.infer<typeof labelSchema>;

const CONTEXT = Buffer.from('sotto recording label 1');

export const journalPath = (dir: string): string => join(dir, 'sound.pcm-journal');
const filePath = (dir: string): string => join(dir, 'recording.json');

/** Undefined: there is none, or it is damaged. The sound does not depend on it. */
export async function readRecordingFile(dir: string): Promise<RecordingFile | undefined> {
  try {
    const parsed = recordingFileSchema.safeParse(JSON.parse(await readOwnText(filePath(dir))));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: a kill leaves the old one. */
export async function writeRecordingFile(dir: string, content: RecordingFile): Promise<void> {
  await writeWhole(filePath(dir), `${JSON.stringify(content, undefined, 2)}\n`);
}

/** @param key of the recording's first sound */
export function sealLabel(label: RecordingLabel, key: Buffer): string {
  return sealBytes(key, Buffer.from(JSON.stringify(label)), CONTEXT).toString('base64');
}

/** Without a title where nothing can be read. */
export function openLabel(sealed: string | undefined, key: Buffer | undefined): RecordingLabel {
  const bytes =
    sealed === undefined || key === undefined
      ? undefined
      : openBytes(key, Buffer.from(sealed, 'base64'), CONTEXT);
  return bytes === undefined ? { title: '' } : labelSchema.parse(JSON.parse(bytes.toString('utf8')));
}
