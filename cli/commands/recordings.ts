import { resolve } from 'node:path';
import { formatTime } from '../../contract/format-time.ts';
import { wavPieces } from '../../core/speech/recording/wav-pieces.ts';
import { toWriteError } from '../../core/system/file-errors.ts';
import { exportWhole } from '../../core/system/whole-file.ts';
import type { Client } from '../client.ts';
import { EXIT } from '../exit-status.ts';
import { note, printJson, printRow } from '../output.ts';
import { planFiles } from '../output-files.ts';
import { openKept, unlock } from './keeping.ts';
import { planOutputs, type TranscribeFlags, toJob, transcribeSound } from './transcribe.ts';

/** Runs `sotto recordings list`. */
export async function listRecordings(client: Client, json: boolean): Promise<number> {
  await unlock(client);
  const recordings = await client.call('recordings.list', undefined);
  if (json) printJson(recordings);
  else if (recordings.length === 0) note('There are no recordings.');
  else {
    for (const { id, createdAt, durationMs, state, title } of recordings) {
      const isOdd = state !== 'complete';
      const facts = `${id}  ${createdAt.slice(0, 16)}  ${formatTime(durationMs)}`;
      printRow(`${facts}  ${title}${isOdd ? ` (${state})` : ''}`);
    }
  }
  return EXIT.ok;
}

/** Runs `sotto recordings transcribe`. */
export async function transcribeRecording(
  client: Client,
  id: string,
  flags: TranscribeFlags,
): Promise<number> {
  const job = await toJob(flags, false);
  await planOutputs(job, [id], []);
  await unlock(client);
  const recording = (await client.call('recordings.list', undefined)).find((one) => one.id === id);
  const name = `${recording?.title || id}.wav`;
  return transcribeSound(
    (signal) => client.run('recordings.transcribe', { id, settings: job.settings }, signal),
    name,
    job,
  );
}

/** Runs `sotto recordings export`: the sound as a WAV file. */
export async function exportRecording(
  client: Client,
  id: string,
  file: string,
  json: boolean,
): Promise<number> {
  await planFiles([file]);
  await unlock(client);
  await exportSound(client, id, file);
  if (json) printJson({ type: 'done', recordingId: id, file });
  return EXIT.ok;
}

/** Writes the sound of a recording. @throws AppError RECORDING_UNKNOWN, FILE_UNWRITABLE, DISK_FULL. */
export async function exportSound(client: Client, id: string, file: string): Promise<void> {
  try {
    const pieces = wavPieces(id, (wish) => client.call('recordings.read', wish));
    await exportWhole(resolve(file), pieces);
  } catch (error) {
    throw toWriteError(error);
  }
}

/** Runs `sotto recordings rm`: the sound and what was heard of it. */
export async function removeRecording(client: Client, id: string, json: boolean): Promise<number> {
  // Its transcripts lie in the database.
  await openKept(client);
  await client.call('recordings.delete', { id });
  for (const { transcript } of await client.call('speech.transcripts', undefined)) {
    if (transcript.recordingId === id) await client.call('speech.remove', { id: transcript.id });
  }
  if (json) printJson({ type: 'done', recordingId: id });
  return EXIT.ok;
}
