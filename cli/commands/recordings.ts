import { resolve } from 'node:path';
import { formatTime } from '../../contract/format-time.ts';
import type { Core } from '../../core/create-core.ts';
import { AppError, toErrorInfo } from '../../core/errors.ts';
import { EXIT } from '../exit-status.ts';
import { note, print, printJson, reportFailure } from '../output.ts';
import { openChats, unlock } from './chats.ts';
import { type TranscribeFlags, toJob, transcribeSound } from './transcribe.ts';

/** Runs `sotto recordings list`. */
export async function listRecordings(core: Core, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await unlock(core);
    const recordings = await core.recordings.list();
    if (json) printJson(recordings);
    else if (recordings.length === 0) note('There are no recordings.');
    else {
      for (const { id, createdAt, durationMs, state, title } of recordings) {
        const isOdd = state !== 'complete';
        print(
          `${id}  ${createdAt.slice(0, 16)}  ${formatTime(durationMs)}  ${title}${isOdd ? ` (${state})` : ''}\n`,
        );
      }
    }
    return EXIT.ok;
  });
}

/** Runs `sotto recordings transcribe`. */
export async function transcribeRecording(core: Core, id: string, flags: TranscribeFlags): Promise<number> {
  return reporting(flags.json === true, async () => {
    const job = toJob(flags, false);
    await unlock(core);
    const recording = (await core.recordings.list()).find((one) => one.id === id);
    const name = `${recording?.title || id}.wav`;
    return transcribeSound(
      (signal) => core.recordings.transcribe({ id, settings: job.settings }, signal),
      name,
      job,
    );
  });
}

/** Runs `sotto recordings export`: the sound as a WAV file. */
export async function exportRecording(core: Core, id: string, file: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await unlock(core);
    await exportSound(core, id, file);
    if (json) printJson({ type: 'done', recordingId: id, file });
    return EXIT.ok;
  });
}

/** Writes the sound of a recording. @throws AppError RECORDING_UNKNOWN, FILE_UNWRITABLE. */
export async function exportSound(core: Core, id: string, file: string): Promise<void> {
  try {
    await core.recordings.exportWav(id, resolve(file));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('FILE_UNWRITABLE', 'The file could not be written there.', {
      hint: 'Choose another folder, or free some space.',
      cause: error,
    });
  }
}

/** Runs `sotto recordings rm`: the sound and what was heard of it. */
export async function removeRecording(core: Core, id: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    // Its transcripts lie in the database.
    await openChats(core);
    await core.recordings.delete(id);
    for (const { transcript } of await core.speech.transcripts.list()) {
      if (transcript.recordingId === id) await core.speech.transcripts.remove(transcript.id);
    }
    if (json) printJson({ type: 'done', recordingId: id });
    return EXIT.ok;
  });
}

async function reporting(json: boolean, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    return reportFailure(toErrorInfo(error), json);
  }
}
