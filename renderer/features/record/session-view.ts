import type { ErrorInfo } from '../../../contract/errors.ts';
import type { Caption } from '../../../contract/lost-captions.ts';
import type { SpeechSettings } from '../../../contract/speech.ts';
import type { OpenMicrophone } from './microphone.ts';
import type { OpenRecordStream } from './recording-line.ts';

export interface SessionView {
  /** interrupted: the microphone is gone and looked for. */
  phase: 'starting' | 'recording' | 'paused' | 'interrupted' | 'stopping';
  /** Sound that was recorded, without pauses. */
  elapsedMs: number;
  savedMs: number;
  /** Peak of the last tenth of a second, 0 to 1. */
  level: number;
  /** Nothing was heard for so long; 0: something is. */
  silentMs: number;
  device: string | undefined;
  captions: Caption[];
  partial: string;
  /** The beginning of `partial` that will hardly change. */
  firm: string;
  /** What the user should know, and the recording goes on. */
  notice: ErrorInfo | undefined;
  /** The computer slept for so long; nothing was recorded then. */
  sleptMs: number;
}

export interface SessionEnd {
  /** Nearly always one; empty: nothing was recorded. */
  recordingIds: string[];
  savedMs: number;
  captions: Caption[];
  /** Why it ended early. */
  error: ErrorInfo | undefined;
}

export interface SessionParts {
  openMicrophone: OpenMicrophone;
  openStream: OpenRecordStream;
  tell(change: Partial<SessionView>): void;
  /** Once. */
  ended(end: SessionEnd): void;
}

export interface SessionWishes {
  title: string;
  deviceId: string | undefined;
  settings: SpeechSettings;
}

export const NEW_VIEW: SessionView = {
  phase: 'starting',
  elapsedMs: 0,
  savedMs: 0,
  level: 0,
  silentMs: 0,
  device: undefined,
  captions: [],
  partial: '',
  firm: '',
  notice: undefined,
  sleptMs: 0,
};
