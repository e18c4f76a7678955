import { create } from 'zustand';
import type { ErrorCode, ErrorInfo } from '../../../contract/errors.ts';
import type { Caption } from '../../../contract/lost-captions.ts';
import type { SpeechModelInfo } from '../../../contract/speech.ts';
import { bridge } from '../../api/bridge.ts';
import { MOST_FILES, TOO_MANY_FILES, takeFiles } from '../../ui/take-files.ts';
import {
  againFromStart,
  hasSound,
  isActive,
  type Job,
  jobOfKept,
  jobOfRecording,
  newJob,
  transcriptOf,
  type Wishes,
} from './job.ts';
import type { JobToChange } from './job-events.ts';
import { cancelRun, isWatched, leaveRun, pauseRun, startRun, watchJob } from './job-runs.ts';
import { type JobToRun, runJob } from './run-job.ts';
import { forgetSaving, onSavingRefused, saveAll, saveSoon } from './save-transcript.ts';

interface TranscribeState {
  /** In the order in which they were added. */
  jobs: Job[];
  /** The one that is shown; undefined: the place to add some. */
  selectedId: string | undefined;
  /** Said of the recordings that are added next. */
  wishes: Wishes;
  models: SpeechModelInfo[];
  /** The one that was removed last, to be had back. */
  removed: { job: Job; index: number } | undefined;
  /** Why something that was asked for did not happen. */
  refusal: ErrorInfo | undefined;
}

export const useTranscribe = create<TranscribeState>()(() => ({
  jobs: [],
  selectedId: undefined,
  wishes: {},
  models: [],
  removed: undefined,
  refusal: undefined,
}));

export const selectRunning = ({ jobs }: TranscribeState) => jobs.find(isActive);
export const selectJob = ({ jobs, selectedId }: TranscribeState) => jobs.find((job) => job.id === selectedId);

/** The file that the page decodes itself. */
let running: { id: string; abort: AbortController } | undefined;

onSavingRefused(refuse);

/** Recordings that ended while Sotto was locked. */
let late: Array<() => Promise<void>> = [];

/** Reads which models there are, and what is kept: at the start, and when Sotto is unlocked. */
export async function openTranscribe(): Promise<void> {
  const { calls } = bridge();
  const waiting = late;
  late = [];
  for (const add of waiting) await add();
  // First: what a run tells between this and the transcripts is told once more.
  const list = await calls['runs.list'](undefined);
  const runs = (list.ok ? list.value : []).filter(({ kind }) => kind === 'transcription');
  const [models, kept, recordings] = await Promise.all([
    calls['speech.models'](undefined),
    calls['speech.transcripts'](undefined),
    calls['recordings.list'](undefined),
  ]);
  if (models.ok) useTranscribe.setState({ models: models.value });
  const failed = [kept, recordings].find((reply) => !reply.ok);
  if (failed?.ok === false && failed.error.code !== 'STORAGE_LOCKED') refuse(failed.error);
  useTranscribe.setState(({ jobs }) => {
    const known = new Set(jobs.map((job) => job.transcriptId));
    const runOf = (id: string) => runs.find(({ transcriptId }) => transcriptId === id);
    const heard = (kept.ok ? kept.value : [])
      .map((one) => jobOfKept(one, runOf(one.transcript.id)))
      .filter((job) => !known.has(job.id));
    const all = [...heard, ...jobs];
    const withText = new Set(all.map((job) => job.recording?.id));
    // Recorded, and never heard: Sotto or the machine ended before that.
    const unheard = (recordings.ok ? recordings.value : [])
      .filter(({ id, state }) => state !== 'recording' && !withText.has(id))
      .map((recording) => jobOfRecording(recording, {}));
    return { jobs: [...heard, ...unheard, ...jobs].sort(byAge) };
  });
  for (const { runId, next } of runs) {
    const job = useTranscribe.getState().jobs.find((one) => one.runId === runId);
    if (job !== undefined && !isWatched(job.id)) watchJob(job.id, runId, next, targetOf(job.id));
  }
}

/** Reads what there is, and follows what a terminal changes. Returns the function that ends that. */
export function connectTranscribe(): () => void {
  void openTranscribe();
  return bridge().broadcasts['saved.changed'](() => void dropDeleted().then(openTranscribe));
}

/** Takes recordings off the list that a terminal deleted, with what was heard in them; what is being heard stays. */
async function dropDeleted(): Promise<void> {
  const list = await bridge().calls['recordings.list'](undefined);
  if (!list.ok) return;
  const there = new Set(list.value.map(({ id }) => id));
  useTranscribe.setState(({ jobs, selectedId }) => {
    const isGone = (job: Job) =>
      job.recording !== undefined &&
      !there.has(job.recording.id) &&
      !isActive(job) &&
      job.state !== 'waiting';
    const isShown = jobs.some((job) => job.id === selectedId && isGone(job));
    return {
      jobs: jobs.filter((job) => !isGone(job)),
      selectedId: isShown ? undefined : selectedId,
    };
  });
}

/** Shows a transcript that lies in core, one that the terminal made as well. */
export async function openTranscript(transcriptId: string): Promise<void> {
  const find = () => useTranscribe.getState().jobs.find((job) => job.transcriptId === transcriptId);
  if (find() === undefined) await openTranscribe();
  select(find()?.id);
}

const byAge = (a: Job, b: Job) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0);

/** Puts recordings that have just ended at the end of the queue, to be heard with care, and shows the last. */
export async function addRecordings(
  ids: string[],
  captions: readonly Caption[],
  isShown: boolean,
  notice: ErrorInfo | undefined,
): Promise<void> {
  const { wishes } = useTranscribe.getState();
  const list = await bridge().calls['recordings.list'](undefined);
  if (!list.ok) {
    if (list.error.code === 'STORAGE_LOCKED') late.push(() => addRecordings(ids, captions, isShown, notice));
    else refuse(list.error);
    return;
  }
  const jobs = list.value
    .filter(({ id }) => ids.includes(id))
    .map((recording) => jobOfRecording(recording, wishes, captions))
    .map((job) => (job.notices.length > 0 || notice === undefined ? job : { ...job, notices: [notice] }))
    .map((job): Job => ({ ...job, state: 'waiting' }));
  useTranscribe.setState((state) => ({ jobs: [...state.jobs, ...jobs] }));
  const last = jobs.at(-1);
  if (last !== undefined && isShown) select(last.id);
  await begin(jobs);
}

/** Sotto is locked: nothing stays in the page but the files that it decodes itself. Core goes on with the others. */
export function emptyTranscribe(): void {
  saveAll();
  useTranscribe.setState(({ jobs, selectedId }) => {
    const left = jobs.filter((job) => job.isDecodedHere && (isActive(job) || job.state === 'waiting'));
    for (const { id } of jobs) if (left.every((job) => job.id !== id)) leaveRun(id);
    const isGone = jobs.some(({ id }) => id === selectedId) && left.every(({ id }) => id !== selectedId);
    return {
      jobs: left,
      selectedId: isGone ? undefined : selectedId,
      removed: undefined,
      refusal: undefined,
    };
  });
}

export function setWishes(change: Wishes): void {
  useTranscribe.setState(({ wishes }) => ({ wishes: { ...wishes, ...change } }));
}

export function select(id: string | undefined): void {
  useTranscribe.setState({ selectedId: id, refusal: undefined });
}

export function refuse(refusal: ErrorInfo | undefined): void {
  useTranscribe.setState({ refusal });
}

/** Puts files at the end of the queue, as many as there is room for, and shows the first of them. */
export function addFiles(files: Iterable<File>): void {
  const { wishes, jobs: before } = useTranscribe.getState();
  const waiting = before.filter(({ state }) => state === 'waiting').length;
  const { files: taken, isCut } = takeFiles(files, MOST_FILES - waiting);
  const jobs = taken.map((file) => newJob(file, wishes));
  const [first] = jobs;
  if (first !== undefined) {
    useTranscribe.setState((state) => ({ jobs: [...state.jobs, ...jobs] }));
    select(first.id);
    void begin(jobs);
  }
  if (isCut) refuse(TOO_MANY_FILES);
}

/** The file of a transcript that a reload parted from it. */
export function attachFile(id: string, file: File): void {
  changeJob(id, () => ({ file, peaks: undefined }));
}

/** Stops a job, or takes it from the queue; what came is kept. */
export function cancel(id: string): void {
  const { runId } = jobOf(id) ?? {};
  if (running?.id === id) running.abort.abort();
  else changeJob(id, () => ({ state: 'cancelled', partial: '', isPaused: false }));
  if (runId !== undefined) cancelRun(runId);
}

export function setPaused(id: string, isPaused: boolean): void {
  const { runId } = jobOf(id) ?? {};
  changeJob(id, () => ({ isPaused }));
  if (runId !== undefined) pauseRun(runId, isPaused);
}

/** Hears a recording once more. What came the first time is not thrown away for what may come the second time. */
export function retry(id: string): void {
  const job = jobOf(id);
  if (job === undefined || isActive(job) || !hasSound(job)) return;
  if (job.draft.segments.length > 0) {
    const again: Job = { ...againFromStart(job), id: crypto.randomUUID() };
    useTranscribe.setState((state) => ({ jobs: [...state.jobs, again] }));
    select(again.id);
    void begin([again]);
    return;
  }
  if (job.transcriptId !== undefined) forget(job.transcriptId);
  changeJob(id, againFromStart);
  void begin([job]);
}

/** Takes a recording off the list; `restore` brings it back. */
export function remove(id: string): void {
  cancel(id);
  const { jobs, selectedId } = useTranscribe.getState();
  const index = jobs.findIndex((job) => job.id === id);
  const job = jobs[index];
  if (job === undefined) return;
  if (job.transcriptId !== undefined) forget(job.transcriptId);
  const left = jobs.filter((other) => other !== job);
  const isShown = selectedId === id;
  useTranscribe.setState({
    jobs: left,
    removed: { job, index },
    selectedId: isShown ? (left[index] ?? left.at(-1))?.id : selectedId,
  });
}

/** Destroys a recording, its sound and its text. There is no way back. */
export async function destroy(id: string): Promise<void> {
  const recordingId = jobOf(id)?.recording?.id;
  remove(id);
  useTranscribe.setState({ removed: undefined });
  if (recordingId === undefined) return;
  // A second hearing of it may be on the list as well.
  for (const job of useTranscribe.getState().jobs) if (job.recording?.id === recordingId) remove(job.id);
  useTranscribe.setState({ removed: undefined });
  const reply = await bridge().calls['recordings.delete']({ id: recordingId });
  if (!reply.ok && reply.error.code !== 'RECORDING_UNKNOWN') refuse(reply.error);
}

export function restore(): void {
  const { removed } = useTranscribe.getState();
  if (removed === undefined) return;
  const { job, index } = removed;
  useTranscribe.setState(({ jobs }) => ({
    jobs: [...jobs.slice(0, index), job, ...jobs.slice(index)],
    removed: undefined,
  }));
  select(job.id);
  if (job.transcriptId !== undefined) saveSoon(job.transcriptId, () => transcriptOf(job));
}

export function jobOf(id: string): Job | undefined {
  return useTranscribe.getState().jobs.find((job) => job.id === id);
}

export function changeJob(id: string, change: (job: Job) => Partial<Job>): void {
  useTranscribe.setState(({ jobs }) => ({
    jobs: jobs.map((job) => (job.id === id ? { ...job, ...change(job) } : job)),
  }));
}

function forget(transcriptId: string): void {
  forgetSaving(transcriptId);
  void bridge().calls['speech.remove']({ id: transcriptId });
}

function sourceOf({ file, soundFile }: Job): JobToRun['source'] | undefined {
  if (file !== undefined) return { file };
  return soundFile === undefined ? undefined : { soundFile };
}

const targetOf = (id: string): JobToChange => ({
  job: () => jobOf(id),
  change: (part) => changeJob(id, part),
});

/** Puts jobs at the end of the queue, in order. What core cannot decode, the page does, one file at a time. */
async function begin(jobs: readonly Job[]): Promise<void> {
  for (const { id } of jobs) {
    const job = jobOf(id);
    if (job?.state !== 'waiting') continue;
    const error = await startRun(job, targetOf(id));
    if (error === undefined) continue;
    if (DECODED_HERE.has(error.code) && sourceOf(job) !== undefined) {
      changeJob(id, () => ({ isDecodedHere: true }));
      void runNext();
    } else changeJob(id, () => ({ state: 'failed', error }));
  }
}

/** Chromium knows formats that core does not, and a file that was pasted lies nowhere. */
const DECODED_HERE: ReadonlySet<ErrorCode> = new Set(['AUDIO_FORMAT', 'AUDIO_MISSING']);

/** One at a time: they would only take the processor from each other. */
async function runNext(): Promise<void> {
  const next = useTranscribe.getState().jobs.find((job) => job.state === 'waiting' && job.isDecodedHere);
  const source = next === undefined ? undefined : sourceOf(next);
  if (running !== undefined || next === undefined || source === undefined) return;
  const { id } = next;
  running = { id, abort: new AbortController() };
  try {
    await runJob({ source, ...targetOf(id), signal: running.abort.signal });
  } finally {
    running = undefined;
  }
  await runNext();
}
