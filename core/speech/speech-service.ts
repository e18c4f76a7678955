import { randomUUID } from 'node:crypto';
import type { Verification } from '../../contract/models.ts';
import {
  type ExportFormat,
  type SpeechEvent,
  type SpeechModelInfo,
  type SpeechSettings,
  speechSettingsSchema,
  type Transcript,
} from '../../contract/speech.ts';
import { AppError } from '../errors.ts';
import { safeFileName } from '../system/file-name.ts';
import type { LoadableSpeechModel, SpeechModelLibrary } from './speech-models.ts';
import type { SoundToHear, Transcriber } from './transcriber.ts';
import type { TranscriptionQueue } from './transcription-queue.ts';
import type { TranscriptStore } from './transcripts/transcript-store.ts';

export interface SpeechService {
  models(): Promise<SpeechModelInfo[]>;
  /** Hashes a model's file and compares. @throws AppError MODEL_MISSING. */
  verify(id: string): Promise<Verification>;
  /**
   * Transcribes a sound file. Bad input throws before anything starts; so do later failures, after the
   * segments that came. Aborting ends with "done", reason "cancelled". The file is only read.
   *
   * @throws AppError AUDIO_*, MODEL_*, PARAM_RANGE, LANGUAGE_UNKNOWN, ENGINE_* and others.
   */
  transcribeFile(
    path: string,
    settings: SpeechSettings,
    signal: AbortSignal,
  ): AsyncGenerator<SpeechEvent, void, void>;
  /** A transcript as a file. */
  export(transcript: Transcript, format: ExportFormat): Promise<{ name: string; bytes: Uint8Array }>;
  /**
   * The same for sound of any kind, once it is its turn. Its transcript is saved, each segment as it comes; till its turn
   * it waits among the transcripts.
   */
  transcribe(
    sound: SoundToHear,
    wishes: SavedTranscription,
    signal: AbortSignal,
  ): AsyncGenerator<SpeechEvent, void, void>;
  /** The transcripts that are kept. */
  transcripts: TranscriptStore;
}

/** A transcription whose transcript is saved. */
export interface SavedTranscription {
  /** By default a new one. */
  transcriptId?: string;
  title: string;
  recordingId?: string;
  settings: SpeechSettings;
  /** Remembers with the transcript where its file lies. */
  saveSoundFile?: (transcriptId: string) => Promise<void>;
}

export interface SpeechServiceOptions {
  queue: TranscriptionQueue;
  models: SpeechModelLibrary;
  transcriber: Transcriber;
  transcripts: TranscriptStore;
}

export function createSpeechService(options: SpeechServiceOptions): SpeechService {
  const { models, queue, transcriber, transcripts } = options;
  const requestFor = async (settings: SpeechSettings) => {
    const checked = checkSpeechSettings(settings);
    const model = await models.find(checked.modelId);
    checkLanguage(model, checked);
    return { transcriptId: randomUUID(), model, settings: checked };
  };
  return {
    models: async () => (await models.list()).map(describe),
    verify: (id) => models.verify(id),
    async *transcribeFile(path, settings, signal) {
      const request = await requestFor(settings);
      // Decoders are large, and whoever only chats should not wait for them at the start.
      const { openAudio } = await import('./audio/audio-source.ts');
      yield* transcriber.run(request, await openAudio(path, signal), signal);
    },
    export: async (transcript, format) => {
      const { exportTranscript } = await import('./export/export-transcript.ts');
      return {
        name: safeFileName(transcript.title, 'transcript', format),
        bytes: await exportTranscript(transcript, format),
      };
    },
    async *transcribe(
      sound,
      { transcriptId = randomUUID(), title, recordingId, saveSoundFile, settings },
      signal,
    ) {
      const request = { ...(await requestFor(settings)), transcriptId };
      const { model } = request;
      const kept = transcripts.begin({
        id: transcriptId,
        title,
        source: title,
        createdAt: new Date().toISOString(),
        durationMs: sound.durationMs ?? 0,
        ...(request.settings.language === undefined ? {} : { language: request.settings.language }),
        translated: settings.translate === true,
        modelId: model.settings.id,
        ...(recordingId === undefined ? {} : { recordingId }),
        segments: [],
        speakers: [],
      });
      let leave: () => void = () => undefined;
      try {
        await saveSoundFile?.(transcriptId);
        yield { type: 'started', transcriptId };
        if (queue.isTaken) yield { type: 'progress', stage: 'waiting', doneMs: 0 };
        leave = await queue.enter(signal);
        for await (const event of transcriber.run(request, sound, signal)) {
          kept.take(event);
          if (event.type !== 'started') yield event;
        }
      } catch (error) {
        if (!signal.aborted) throw error;
        // Stopped while it waited.
        const event = cancelledBefore(model.settings.id);
        kept.take(event);
        yield event;
      } finally {
        leave();
        await kept.end();
      }
    },
    transcripts,
  };
}

/** The end of a transcription that was cancelled before it began. */
function cancelledBefore(model: string): SpeechEvent {
  const none = { audioMs: 0, speechMs: 0, tookMs: 0, loadMs: 0, timesRealtime: 0, peakRssBytes: 0 };
  return { type: 'done', reason: 'cancelled', stats: { ...none, coverage: 1, model } };
}

function describe({ settings }: LoadableSpeechModel): SpeechModelInfo {
  const { id, name, licence, sizeBytes } = settings;
  const languages = Object.keys(settings.languages);
  return {
    id,
    name,
    licence,
    sizeBytes,
    languages: languages.length > 0 ? languages : ['en'],
    builtIn: true,
  };
}

/** @throws AppError PARAM_RANGE, naming what is wrong. */
export function checkSpeechSettings(settings: unknown): SpeechSettings {
  const parsed = speechSettingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('PARAM_RANGE', `${String(issue?.path.join('.') ?? 'A setting')} is out of its range.`, {
    hint: 'See `sotto transcribe --help`.',
  });
}

/** @throws AppError LANGUAGE_UNKNOWN. */
export function checkLanguage({ settings, multilingual }: LoadableSpeechModel, wishes: SpeechSettings): void {
  const { language, translate } = wishes;
  const knows = multilingual
    ? settings.languages[language ?? 'en'] !== undefined
    : (language ?? 'en') === 'en';
  if (!knows) {
    throw new AppError('LANGUAGE_UNKNOWN', 'This speech model does not know that language.', {
      hint: multilingual ? 'Give a language code such as en, de or fr.' : 'Choose a multilingual model.',
    });
  }
  if (translate === true && !multilingual) {
    throw new AppError('LANGUAGE_UNKNOWN', 'This speech model knows English only, so it cannot translate.', {
      hint: 'Choose a multilingual model.',
    });
  }
}
