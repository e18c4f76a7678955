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
   * The same for sound that comes from elsewhere, a microphone or the page. Its transcript is kept, each segment
   * as it comes.
   */
  transcribe(
    sound: SoundToHear,
    wishes: { title: string; recordingId?: string; soundOf?: string | undefined; settings: SpeechSettings },
    signal: AbortSignal,
  ): AsyncGenerator<SpeechEvent, void, void>;
  /** The transcripts that are kept. */
  transcripts: TranscriptStore;
}

export interface SpeechServiceOptions {
  models: SpeechModelLibrary;
  transcriber: Transcriber;
  transcripts: TranscriptStore;
}

export function createSpeechService(options: SpeechServiceOptions): SpeechService {
  const { models, transcriber, transcripts } = options;
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
    async *transcribe(sound, { title, recordingId, soundOf, settings }, signal) {
      const request = await requestFor(settings);
      const { transcriptId, model } = request;
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
      const file = soundOf === undefined ? undefined : await transcripts.sound(soundOf);
      if (file !== undefined) await transcripts.keepSound(transcriptId, file);
      try {
        for await (const event of transcriber.run(request, sound, signal)) {
          kept.take(event);
          yield event;
        }
      } finally {
        await kept.end();
      }
    },
    transcripts,
  };
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
