/** What every decoder gives, before it becomes the mono 16 kHz that Whisper and the voice detector take. */
export interface PcmBlock {
  /** One array a channel, all of one length, full scale at ±1. */
  channels: readonly Float32Array[];
  rateHz: number;
}

/** Whether a decoder met the end that the file promised. */
export type Ending = 'whole' | 'cut';

export interface SoundDecoder {
  /** As far as the file tells without being decoded. */
  durationMs?: number;
  /** Blocks of at most a few seconds; may be asked for once. */
  blocks(): AsyncGenerator<PcmBlock, Ending, void>;
}

/** No recorder is outside; a header that says so is damaged, and believing it could fill the memory. */
export const MIN_RATE_HZ = 4_000;
export const MAX_RATE_HZ = 768_000;

/** What Whisper's log-mel spectrogram and Silero VAD were trained on. */
export const SPEECH_RATE_HZ = 16_000;
