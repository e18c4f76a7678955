import type { Reply } from '../../../contract/client.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type { StartedTranscription } from '../../../contract/runs.ts';
import { bridge } from '../../api/bridge.ts';
import { type WatchedRun, watchRun } from '../../api/runs.ts';
import type { Job } from './job.ts';
import { applyEvent, type JobToChange } from './job-events.ts';

/** The runs that this page watches, by job. */
const watched = new Map<string, WatchedRun>();

/**
 * Has core transcribe a job's sound when its turn comes, and keeps the job up to date.
 *
 * @returns why core cannot; the page may be able to decode the file itself
 */
export async function startRun(job: Job, target: JobToChange): Promise<ErrorInfo | undefined> {
  const reply = await request(job);
  if (!reply.ok) return reply.error;
  const { runId, transcriptId } = reply.value;
  const now = target.job();
  if (now === undefined || now.state === 'cancelled') {
    // Taken off the list, or stopped, while it was being started.
    void bridge().calls['runs.cancel']({ runId });
    return undefined;
  }
  target.change(() => ({ runId, transcriptId }));
  if (now.isPaused) pauseRun(runId, true);
  watchJob(job.id, runId, 0, target);
  return undefined;
}

function request({
  title,
  wishes,
  file,
  soundFile,
  recording,
}: Job): Promise<Reply<StartedTranscription>> | Reply<StartedTranscription> {
  const { calls, files } = bridge();
  const named = { title: title.slice(0, 500), settings: { ...wishes, words: true } };
  if (recording !== undefined)
    return calls['recordings.transcribe']({ id: recording.id, settings: named.settings });
  if (file !== undefined) return files['speech.transcribeFile'](file, named);
  if (soundFile !== undefined) return calls['speech.transcribeAgain']({ of: soundFile.of, ...named });
  return { ok: false, error: { code: 'AUDIO_MISSING', message: 'There is no sound.' } };
}

/** Keeps a job up to date with its run, from that event on. */
export function watchJob(id: string, runId: string, from: number, target: JobToChange): void {
  const onEvent = (event: Parameters<typeof applyEvent>[0]) => {
    applyEvent(event, target);
    if (event.type !== 'done' && event.type !== 'failed') return;
    watched.delete(id);
    target.change(() => ({ runId: undefined }));
  };
  watched.get(id)?.leave();
  watched.set(id, watchRun('transcription', runId, onEvent, from));
}

/** Watches a job's run no longer; it goes on. */
export function leaveRun(id: string): void {
  watched.get(id)?.leave();
  watched.delete(id);
}

export function isWatched(id: string): boolean {
  return watched.has(id);
}

export function cancelRun(runId: string): void {
  void bridge().calls['runs.cancel']({ runId });
}

export function pauseRun(runId: string, isPaused: boolean): void {
  void bridge().calls['runs.pause']({ runId, isPaused });
}
