import { extname } from 'node:path';
import type { ErrorInfo } from '../../contract/errors.ts';
import type { Caption } from '../../contract/lost-captions.ts';
import type { RecordEvent, RecordPiece } from '../../contract/recording.ts';
import type { Transcript } from '../../contract/speech.ts';
import type { Core } from '../../core/create-core.ts';
import { AppError, toErrorInfo } from '../../core/errors.ts';
import { describeLength } from '../../core/speech/recording/recording-errors.ts';
import type { Client } from '../client.ts';
import { EXIT, exitStatusOf } from '../exit-status.ts';
import {
  listMicrophones,
  openTerminalMicrophone,
  type TerminalMicrophone,
} from '../microphone/terminal-microphone.ts';
import { note, print, printJson, printRow, reportFailure } from '../output.ts';
import { planFiles } from '../output-files.ts';
import { createRecordLine } from '../record-line.ts';
import type { Kept } from '../run-command.ts';
import { exportSound } from './recordings.ts';
import { planOutputs, type TranscribeFlags, toJob, transcribeSound } from './transcribe.ts';

export interface RecordFlags extends TranscribeFlags {
  seconds?: string;
  device?: string;
  devices?: boolean;
  title?: string;
  captions?: boolean;
  transcribe?: boolean;
}

const SAMPLES_PER_SECOND = 16_000;
const LONGEST_SECONDS = 24 * 60 * 60;

/**
 * Runs `sotto record`: until the time is over, or Ctrl-C. What was recorded is kept, whatever happens; its id, or
 * its transcript, goes to standard output.
 */
export async function runRecord({ client, core }: Kept, flags: RecordFlags): Promise<number> {
  const json = flags.json === true;
  try {
    if (flags.devices === true) return await printDevices(json);
    const maxSamples = SAMPLES_PER_SECOND * secondsOf(flags.seconds);
    const { soundFile, textFlags } = outputsOf(flags);
    const job = await toJob(textFlags, false);
    if (soundFile !== undefined) await planFiles([soundFile]);
    await planOutputs(job, [titleOf(flags)], []);
    const microphone = await openTerminalMicrophone(flags.device);
    const outcome = await record(core, microphone, maxSamples, flags, job.settings);
    const id = outcome.id;
    if (id === undefined) return outcome.status;
    if (soundFile !== undefined) await exportSound(client, id, soundFile);
    if (flags.transcribe !== true) return outcome.status;
    const transcribed = await transcribeSound(
      (signal) => client.run('recordings.transcribe', { id, settings: job.settings }, signal),
      `${titleOf(flags)}.wav`,
      { ...job, captions: outcome.captions, save: (lines) => keepLines(client, lines) },
    );
    return outcome.status === EXIT.ok ? transcribed : outcome.status;
  } catch (error) {
    return reportFailure(toErrorInfo(error), json);
  }
}

/**
 * What --output means: a file for the sound where it ends in .wav, for the transcript otherwise.
 *
 * @throws AppError PARAM_RANGE for a transcript that nobody asked for: a wish must not go unheard.
 */
function outputsOf(flags: RecordFlags): { soundFile: string | undefined; textFlags: TranscribeFlags } {
  const { output, ...rest } = flags;
  if (output === undefined) return { soundFile: undefined, textFlags: flags };
  if (extname(output).toLowerCase() === '.wav') return { soundFile: output, textFlags: rest };
  if (flags.transcribe === true) return { soundFile: undefined, textFlags: flags };
  throw new AppError('PARAM_RANGE', 'Only a transcript is written to such a file.', {
    hint: 'Add --transcribe, or give a file that ends in .wav for the sound.',
  });
}

/** The transcript that is kept gets the lines as well. */
async function keepLines(
  client: Client,
  { id, segments }: Pick<Transcript, 'id' | 'segments'>,
): Promise<void> {
  const kept = (await client.call('speech.transcripts', undefined)).find(
    ({ transcript }) => transcript.id === id,
  );
  if (kept !== undefined) await client.call('speech.save', { ...kept.transcript, segments });
}

async function printDevices(json: boolean): Promise<number> {
  const names = await listMicrophones();
  if (json) printJson(names);
  else if (names.length === 0) note('There is no microphone.');
  else for (const [place, name] of names.entries()) printRow(`${place}  ${name}`);
  return EXIT.ok;
}

/** @throws AppError PARAM_RANGE. */
function secondsOf(text: string | undefined): number {
  if (text === undefined) return LONGEST_SECONDS;
  const seconds = Number(text);
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw new AppError('PARAM_RANGE', 'seconds is out of its range.', {
    hint: `Give a number from 1 to ${LONGEST_SECONDS}.`,
  });
}

const titleOf = ({ title }: RecordFlags): string => title ?? `Recording ${localTime()}`;

/** As a clock on the wall has it; Sweden writes it the way that sorts. */
const localTime = (): string => new Date().toLocaleString('sv').slice(0, 16);

interface Outcome {
  id: string | undefined;
  status: number;
  /** What was shown while it was recorded. */
  captions: Caption[];
}

async function record(
  core: Core,
  microphone: TerminalMicrophone,
  maxSamples: number,
  flags: RecordFlags,
  settings: Awaited<ReturnType<typeof toJob>>['settings'],
): Promise<Outcome> {
  const json = flags.json === true;
  const line = createRecordLine(microphone.name);
  let stops = 0;
  const interrupt = () => {
    stops += 1;
    if (stops > 1) process.exit(EXIT.cancelled);
    microphone.close();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const outcome: Outcome = { id: undefined, status: EXIT.ok, captions: [] };
  const wishes = {
    title: titleOf(flags),
    device: microphone.name,
    settings,
    captions: flags.captions === true,
  };
  try {
    const pieces = piecesOf(microphone, maxSamples, line.heard);
    for await (const event of core.recordings.record(wishes, pieces, new AbortController().signal)) {
      if (json) printJson(event);
      else tell(event, line);
      if (event.type === 'segment') outcome.captions.push(event.segment);
      if (event.type === 'started') outcome.id = event.recordingId;
      if (event.type === 'notice' && event.notice.code === 'MIC_LOST') {
        outcome.status = exitStatusOf(event.notice.code);
      }
      if (event.type === 'failed') outcome.status = exitStatusOf(event.error.code);
    }
  } finally {
    line.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  if (outcome.id !== undefined && !json && flags.transcribe !== true) {
    print(`${outcome.id}\n`);
    note(`sotto recordings transcribe ${outcome.id}`);
  }
  return outcome;
}

function tell(event: RecordEvent, line: ReturnType<typeof createRecordLine>): void {
  if (event.type === 'saved') line.saved(event.savedMs);
  else if (event.type === 'silent' && event.forMs > 0)
    line.note('The microphone hears nothing. (MIC_SILENT)');
  else if (event.type === 'segment') {
    line.clear();
    print(`${event.segment.text.trim()}\n`);
  } else if (event.type === 'notice') {
    line.note(`${event.notice.message} ${event.notice.hint ?? ''} (${event.notice.code})`);
  } else if (event.type === 'failed') {
    line.clear();
    reportFailure(event.error, false);
  }
}

/** Sound until the time is over or the microphone is closed; one that is lost ends it with the reason. */
async function* piecesOf(
  microphone: TerminalMicrophone,
  maxSamples: number,
  heard: (samples: Float32Array) => void,
): AsyncGenerator<RecordPiece, void, void> {
  let left = maxSamples;
  const lengthMs = () => (1000 * (maxSamples - left)) / SAMPLES_PER_SECOND;
  try {
    for await (const samples of microphone.sound()) {
      const taken = samples.subarray(0, left);
      left -= taken.length;
      heard(taken);
      yield { type: 'samples', samples: taken };
      if (left <= 0) break;
    }
    yield { type: 'end' };
  } catch (error) {
    yield { type: 'end', notice: withLength(toErrorInfo(error), lengthMs()) };
  }
}

/** The end is told once all of the sound is on the disk, so that what came is what is saved. */
function withLength(notice: ErrorInfo, lengthMs: number): ErrorInfo {
  const saved = lengthMs > 0 ? `${describeLength(lengthMs)} of sound are saved.` : 'Nothing was recorded.';
  return { ...notice, message: `${notice.message} ${saved}` };
}
