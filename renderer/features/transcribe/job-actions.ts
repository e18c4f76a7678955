import { bridge } from '../../api/bridge.ts';
import { transcriptOf } from './job.ts';
import { saveSoon } from './save-transcript.ts';
import { changeJob, jobOf, refuse } from './transcribe-store.ts';

/** Has core keep the transcript of a job as it is in a moment, if it has one. */
export function keep(jobId: string): void {
  const transcriptId = jobOf(jobId)?.transcriptId;
  if (transcriptId === undefined) return;
  saveSoon(transcriptId, () => {
    const job = jobOf(jobId);
    return job === undefined ? undefined : transcriptOf(job);
  });
}

/** Calls a recording something else, and the transcript of it. Nothing but space is no name. */
export function rename(jobId: string, name: string): void {
  const job = jobOf(jobId);
  const title = name.trim();
  if (job === undefined || title === '' || title === job.title) return;
  changeJob(jobId, () => ({ title }));
  keep(jobId);
  if (job.recording !== undefined) void renameRecording(job.recording.id, title);
}

async function renameRecording(id: string, title: string): Promise<void> {
  const reply = await bridge().calls['recordings.rename']({ id, title });
  if (!reply.ok) refuse(reply.error);
}
