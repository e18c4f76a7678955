import { basename, extname, join } from 'node:path';
import { toOneLine } from '../../contract/control-characters.ts';
import type { ErrorInfo } from '../../contract/errors.ts';
import { formatTime } from '../../contract/format-time.ts';
import { type Caption, withLostCaptions } from '../../contract/lost-captions.ts';
import { withNotice } from '../../contract/notices.ts';
import { assignTurns } from '../../contract/speakers.ts';
import {
  type ExportFormat,
  exportFormatSchema,
  type Segment,
  type Speaker,
  type SpeechEvent,
  type SpeechSettings,
  type SpeechStats,
  type Transcript,
} from '../../contract/speech.ts';
import type { Core } from '../../core/create-core.ts';
import { AppError, assertNever, fromInfo, toErrorInfo } from '../../core/errors.ts';
import { exportTranscript } from '../../core/speech/export/export-transcript.ts';
import { shownText } from '../../core/speech/export/shown-text.ts';
import { toWriteError } from '../../core/system/file-errors.ts';
import { exportWhole } from '../../core/system/whole-file.ts';
import { EXIT } from '../exit-status.ts';
import { Interrupted, interruptible } from '../interrupt.ts';
import { note, print, printJson, printJsonText, reportFailure } from '../output.ts';
import { checkFolder, planFiles } from '../output-files.ts';
import { createProgressLine } from '../progress-line.ts';
import { readTextFile } from '../read-input.ts';

/** Options as the user wrote them: numbers are still text. */
export interface TranscribeFlags {
  model?: string;
  language?: string;
  translate?: boolean;
  format?: string;
  output?: string;
  words?: boolean;
  prompt?: string;
  /** A file with the same. */
  promptFile?: string;
  speakers?: string;
  threads?: string;
  json?: boolean;
}

/** What live captions have shown already. */
interface CaptionsShown {
  captions: readonly Caption[];
  /** Keeps the lines that were added for them. */
  save: (transcript: Pick<Transcript, 'id' | 'segments'>) => Promise<void>;
}

interface Job {
  settings: SpeechSettings;
  format: ExportFormat;
  output: string | undefined;
  json: boolean;
  /** More than one file: text is headed by the file's name, and --output is a folder. */
  isBatch: boolean;
}

/**
 * Runs `sotto transcribe`: one file after the other. Returns the exit status of the first failure; the files
 * after it are transcribed all the same.
 */
export async function runTranscribe(core: Core, files: string[], flags: TranscribeFlags): Promise<number> {
  const json = flags.json === true;
  let result: number = EXIT.ok;
  try {
    const job = await toJob(flags, files.length > 1);
    await planOutputs(job, files);
    for (const file of files) {
      const status = await transcribeOne(core, file, job);
      if (result === EXIT.ok) result = status;
      if (status === EXIT.cancelled) return status;
    }
    return result;
  } catch (error) {
    return reportFailure(toErrorInfo(error), json);
  }
}

/** @throws AppError PARAM_RANGE for an unknown format; what a file with the prompt cannot be read for. */
export async function toJob(given: TranscribeFlags, isBatch: boolean): Promise<Job> {
  const { promptFile } = given;
  const flags = promptFile === undefined ? given : { ...given, prompt: await readTextFile(promptFile) };
  // As for other programs, "-" is standard output.
  const output = flags.output === '-' ? undefined : flags.output;
  const asked =
    flags.format ??
    extname(output ?? '')
      .slice(1)
      .toLowerCase();
  const format = exportFormatSchema.safeParse(asked === '' || isBatch ? (flags.format ?? 'txt') : asked);
  if (!format.success) {
    throw new AppError('PARAM_RANGE', 'There is no such format.', {
      hint: 'Use txt, srt, vtt, json or docx.',
    });
  }
  if (format.data === 'docx' && output === undefined) {
    throw new AppError('PARAM_RANGE', 'A Word document cannot be printed.', {
      hint: 'Give a file with --output.',
    });
  }
  return {
    format: format.data,
    output,
    json: flags.json === true,
    isBatch,
    settings: {
      ...(flags.model === undefined ? {} : { modelId: flags.model }),
      ...(flags.language === undefined ? {} : { language: flags.language }),
      ...(flags.translate === true ? { translate: true } : {}),
      ...(flags.prompt === undefined ? {} : { prompt: flags.prompt }),
      ...(flags.speakers === undefined ? {} : { speakers: toSpeakers(flags.speakers) }),
      ...(flags.threads === undefined ? {} : { threads: Number(flags.threads) }),
      words: flags.words === true || format.data !== 'txt',
    },
  };
}

/** Looks at the files that are to be written, before anything is heard. @throws AppError FILE_UNWRITABLE, PARAM_RANGE. */
export async function planOutputs(job: Job, files: readonly string[], inputs = files): Promise<void> {
  if (job.output === undefined) return;
  if (job.isBatch) await checkFolder(job.output);
  await planFiles(
    files.map((file) => outputPath(job, file)),
    inputs,
  );
}

/** A number that is none is refused with the other settings. */
function toSpeakers(flag: string): 'auto' | number {
  return flag === 'auto' ? flag : Number(flag);
}

/** "-" is standard input, as for other programs: a file that is led there can be read like any other. */
function soundPath(file: string): string {
  return file === '-' ? '/dev/stdin' : file;
}

function transcribeOne(core: Core, file: string, job: Job): Promise<number> {
  return transcribeSound(
    (signal) => core.speech.transcribeFile(soundPath(file), job.settings, signal),
    file,
    job,
  );
}

/** Transcribes one sound, until it ends or Ctrl-C. @param name of the file, or one as a file would have it */
export async function transcribeSound(
  open: (signal: AbortSignal) => AsyncIterable<SpeechEvent>,
  name: string,
  job: Job & Partial<CaptionsShown>,
): Promise<number> {
  const progress = createProgressLine();
  try {
    const heard = await interruptible((signal) => hear(open(signal), job, progress, name));
    if (!heard.cancelled) await addLostCaptions(heard, job, name);
    await deliver(heard, job, name);
    return heard.cancelled ? EXIT.cancelled : EXIT.ok;
  } catch (error) {
    progress.clear();
    if (error instanceof Interrupted) return EXIT.cancelled;
    if (job.isBatch && !job.json) note(`${toOneLine(basename(name))}:`);
    return reportFailure(toErrorInfo(error), job.json);
  }
}

interface Heard {
  transcriptId: string;
  segments: Segment[];
  speakers: Speaker[];
  notices: ErrorInfo[];
  stats: SpeechStats | undefined;
  cancelled: boolean;
}

/** Whether text may be printed while it comes: plain, to standard output, and nobody is to be named in it. */
function isPrintedLive(job: Job): boolean {
  const { format, output, json, settings } = job;
  return format === 'txt' && output === undefined && !json && settings.speakers === undefined;
}

async function hear(
  events: AsyncIterable<SpeechEvent>,
  job: Job,
  progress: ReturnType<typeof createProgressLine>,
  file: string,
): Promise<Heard> {
  const heard: Heard = {
    transcriptId: '',
    segments: [],
    speakers: [],
    notices: [],
    stats: undefined,
    cancelled: false,
  };
  if (isPrintedLive(job) && job.isBatch) print(`== ${toOneLine(basename(file))}\n`);
  for await (const event of events) {
    if (job.json && event.type !== 'failed' && event.type !== 'partial') printJson({ file, ...event });
    switch (event.type) {
      case 'started':
        heard.transcriptId = event.transcriptId;
        break;
      case 'progress':
        progress.show(basename(file), event);
        break;
      case 'partial':
        break;
      case 'segment':
        heard.segments.push(event.segment);
        progress.clear();
        if (isPrintedLive(job)) print(`${shownText(event.segment)}\n`);
        break;
      case 'speakers':
        heard.speakers = event.speakers;
        heard.segments = assignTurns(heard.segments, event.turns);
        break;
      case 'notice':
        progress.clear();
        heard.notices = withNotice(heard.notices, event.notice);
        if (!job.json) note(`${event.notice.message} ${event.notice.hint ?? ''}`.trim());
        break;
      case 'done':
        heard.stats = event.stats;
        heard.cancelled = event.reason === 'cancelled';
        break;
      case 'failed':
        throw fromInfo(event.error);
      default:
        assertNever(event);
    }
  }
  progress.clear();
  return heard;
}

/** The careful hearing must not lose what the live captions have shown: what it left out is added, and told. */
async function addLostCaptions(
  heard: Heard,
  { captions = [], save, ...job }: Job & Partial<CaptionsShown>,
  file: string,
): Promise<void> {
  const known = new Set(heard.segments);
  const segments = withLostCaptions(heard.segments, captions);
  const added = segments.filter((segment) => !known.has(segment));
  if (added.length === 0) return;
  heard.segments = segments;
  for (const segment of added) {
    if (job.json) printJson({ file, type: 'segment', segment });
    else if (isPrintedLive(job)) print(`${shownText(segment)}\n`);
  }
  if (!job.json) {
    const lines = added.length === 1 ? '1 line comes' : `${added.length} lines come`;
    note(
      `${lines} from the live captions alone: ${added.map(({ startMs }) => formatTime(startMs)).join(', ')}.`,
    );
  }
  await save?.({ id: heard.transcriptId, segments });
}

/** Writes what was not printed while it came. */
async function deliver(heard: Heard, job: Job, file: string): Promise<void> {
  const { stats } = heard;
  if (stats !== undefined && !job.json) {
    const minutes = (stats.audioMs / 60_000).toFixed(1);
    note(
      `${toOneLine(basename(file))}: ${minutes} min in ${(stats.tookMs / 1000).toFixed(1)} s (${stats.timesRealtime.toFixed(0)}x)${describeCoverage(stats)}`,
    );
  }
  if (isPrintedLive(job) || (job.json && job.output === undefined)) return;
  const transcript = toTranscript(heard, job, file);
  const content = await exportTranscript(transcript, job.format);
  if (job.output === undefined) printExport(content, job.format);
  else await write(outputPath(job, file), content, transcript, job);
}

/** What was heard is not lost with a disk that fails: then it goes to standard output. */
async function write(path: string, content: Uint8Array, transcript: Transcript, job: Job): Promise<void> {
  try {
    await exportWhole(path, [content]);
  } catch (cause) {
    const isText = job.format !== 'docx';
    // With --json its lines are there already.
    if (!job.json) printExport(isText ? content : await exportTranscript(transcript, 'txt'), job.format);
    throw toWriteError(cause);
  }
}

function printExport(content: Uint8Array, format: ExportFormat): void {
  const text = Buffer.from(content).toString('utf8');
  if (format === 'json') printJsonText(text);
  else print(text);
}

/** How much of the speech has words, which only speech can have. */
function describeCoverage({ speechMs, coverage }: SpeechStats): string {
  if (speechMs === 0) return '';
  // Rounded down: what is not whole must not look so.
  return `, words for ${Math.floor(100 * coverage)} % of the speech`;
}

function outputPath(job: Job, file: string): string {
  const output = job.output ?? '.';
  return job.isBatch ? join(output, `${basename(file, extname(file))}.${job.format}`) : output;
}

function toTranscript(
  { transcriptId, segments, speakers, notices, stats }: Heard,
  { settings }: Job,
  file: string,
): Transcript {
  return {
    id: transcriptId,
    title: basename(file, extname(file)),
    createdAt: new Date().toISOString(),
    durationMs: stats?.audioMs ?? 0,
    ...(stats === undefined ? {} : { coverage: stats.coverage }),
    ...(stats?.language === undefined ? {} : { language: stats.language }),
    translated: settings.translate === true,
    ...(notices.length === 0 ? {} : { notices }),
    modelId: stats?.model ?? '',
    segments,
    speakers,
  };
}
