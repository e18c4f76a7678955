import { create } from 'zustand';
import type { OpenStream } from '../../../contract/client.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type { DictateEvent, RecordPiece } from '../../../contract/recording.ts';
import { bridge } from '../../api/bridge.ts';
import { useTranscribe } from '../transcribe/transcribe-store.ts';
import { type Microphone, MicrophoneError, openMicrophone } from './microphone.ts';
import { useRecord } from './record-store.ts';

interface DictationState {
  /** finishing: nothing more is heard, and the last words are on their way. */
  phase: 'off' | 'starting' | 'listening' | 'finishing';
}

export const useDictation = create<DictationState>()(() => ({ phase: 'off' }));

export interface DictationListener {
  /** All that was dictated so far, the last words perhaps not for good. */
  text(text: string): void;
  failed(error: ErrorInfo): void;
  ended(): void;
}

interface Running {
  listener: DictationListener;
  microphone: Microphone | undefined;
  stream: OpenStream<RecordPiece> | undefined;
  segments: string[];
}

/** The last words take a second or two; a dictation that hears no more from core ends without them. */
const LAST_WORDS_MS = 8_000;

let running: Running | undefined;

/** Writes down what is said, until `stopDictation`. Nothing is kept: no sound, no text but the caller's. */
export async function startDictation(listener: DictationListener): Promise<void> {
  if (running !== undefined) return;
  const run: Running = { listener, microphone: undefined, stream: undefined, segments: [] };
  running = run;
  useDictation.setState({ phase: 'starting' });
  // What is said while core opens its ears waits in the stream.
  run.stream = bridge().streams['speech.dictate']({ settings: settings() }, (event) => take(run, event));
  try {
    const microphone = await openMicrophone(useRecord.getState().deviceId, {
      samples: (samples) => run.stream?.send({ type: 'samples', samples }),
      lost: () => {
        listener.failed({ code: 'MIC_LOST', message: 'The microphone is gone.' });
        void stopDictation();
      },
    });
    run.microphone = microphone;
    if (running === run) useDictation.setState({ phase: 'listening' });
    else await microphone.close();
  } catch (error) {
    const denied = error instanceof MicrophoneError ? error.info : undefined;
    listener.failed(denied ?? { code: 'INTERNAL', message: 'The microphone could not be opened.' });
    finish(run);
  }
}

/** Hears no more, and ends when the last words have come. */
export async function stopDictation(): Promise<void> {
  const run = running;
  if (run === undefined || useDictation.getState().phase === 'finishing') return;
  useDictation.setState({ phase: 'finishing' });
  await run.microphone?.close();
  run.stream?.send({ type: 'end' });
  // Still starting: there is nothing to wait for.
  if (run.microphone === undefined) finish(run);
  else setTimeout(() => finish(run), LAST_WORDS_MS);
}

/** Ends at once; what came is the caller's to keep or not. */
export function cancelDictation(): void {
  if (running !== undefined) finish(running);
}

function take(run: Running, event: DictateEvent): void {
  if (running !== run) return;
  const { listener, segments } = run;
  if (event.type === 'segment') {
    segments.push(event.segment.text.trim());
    listener.text(segments.join(' '));
  } else if (event.type === 'partial') {
    listener.text([...segments, event.text.trim()].join(' ').trim());
  } else if (event.type === 'notice') {
    listener.failed(event.notice);
  } else {
    if (event.type === 'failed') listener.failed(event.error);
    finish(run);
  }
}

function finish(run: Running): void {
  if (running !== run) return;
  running = undefined;
  useDictation.setState({ phase: 'off' });
  void run.microphone?.close();
  run.stream?.close();
  run.listener.ended();
}

/** As in the place where one records: the same person speaks. */
function settings() {
  const { language, prompt } = useTranscribe.getState().wishes;
  return { ...(language === undefined ? {} : { language }), ...(prompt === undefined ? {} : { prompt }) };
}
