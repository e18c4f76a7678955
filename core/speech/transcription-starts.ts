import { randomUUID } from 'node:crypto';
import type { TranscribeRecording } from '../../contract/recording.ts';
import type { StartedTranscription } from '../../contract/runs.ts';
import type { SpeechSettings } from '../../contract/speech.ts';
import type { PauseGate } from '../runs/pause-gate.ts';
import type { RunRegistry } from '../runs/run-registry.ts';
import { audioMissing } from './audio/audio-errors.ts';
import type { RecordingService } from './recording/recording-service.ts';
import type { SoundFiles } from './sound-files.ts';
import type { SpeechService } from './speech-service.ts';
import type { SoundToHear } from './transcriber.ts';
import type { TranscriptStore } from './transcripts/transcript-store.ts';

interface Named {
  title: string;
  settings: SpeechSettings;
}

/** Adds transcriptions to the queue. Each is a run, and its transcript is saved. */
export interface TranscriptionStarts {
  recording(recording: TranscribeRecording): StartedTranscription;
  /** @throws AppError AUDIO_*: what is not sound that core can decode is refused at once. */
  file(file: Named & { path: string }): Promise<StartedTranscription>;
  /** The file of a transcript, once more. @throws AppError AUDIO_MISSING where it is not there any more, and as `file`. */
  again(transcript: Named & { of: string }): Promise<StartedTranscription>;
}

export interface TranscriptionStartsOptions {
  runs: RunRegistry;
  speech: SpeechService;
  recordings: RecordingService;
  soundFiles: SoundFiles;
  transcripts: Pick<TranscriptStore, 'sound'>;
}

export function createTranscriptionStarts(options: TranscriptionStartsOptions): TranscriptionStarts {
  const { runs, speech, recordings, soundFiles, transcripts } = options;
  const start = async (
    path: string,
    { title, settings }: Named,
    saveSoundFile: (transcriptId: string) => Promise<void>,
  ): Promise<StartedTranscription> => {
    const { openAudio } = await import('./audio/audio-source.ts');
    await openAudio(path, new AbortController().signal);
    const transcriptId = randomUUID();
    const runId = runs.start('transcription', { transcriptId }, async function* (signal, gate) {
      const sound = held(await openAudio(path, signal), gate, signal);
      yield* speech.transcribe(sound, { transcriptId, title, settings, saveSoundFile }, signal);
    });
    return { runId, transcriptId };
  };
  return {
    recording: (recording) => {
      const transcriptId = randomUUID();
      const subject = { transcriptId, recordingId: recording.id };
      const runId = runs.start('transcription', subject, (signal, gate) =>
        recordings.transcribe(recording, signal, {
          transcriptId,
          hold: (sound) => held(sound, gate, signal),
        }),
      );
      return { runId, transcriptId };
    },
    file: ({ path, ...named }) =>
      start(path, named, async (id) => {
        // Hashing a long file takes its time, and the text does not depend on it.
        void soundFiles.keep(id, path).catch(() => undefined);
      }),
    again: async ({ of, ...named }) => {
      const kept = await transcripts.sound(of);
      if (kept === undefined || (await soundFiles.state(of)).state !== 'there') throw audioMissing();
      return start(kept.path, named, (id) => soundFiles.copy(of, id));
    },
  };
}

/** The same sound, read only while the gate is open. */
function held(sound: SoundToHear, gate: PauseGate, signal: AbortSignal): SoundToHear {
  return {
    ...(sound.durationMs === undefined ? {} : { durationMs: sound.durationMs }),
    get notices() {
      return sound.notices;
    },
    async *chunks() {
      for await (const chunk of sound.chunks()) {
        await gate.pass(signal);
        yield chunk;
      }
    },
  };
}
