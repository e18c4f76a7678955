import type { ErrorInfo } from '../../../contract/errors.ts';
import { mendMatroska } from '../../../contract/mend-matroska.ts';
import { mendMp4 } from '../../../contract/mend-mp4.ts';
import { AppError } from '../../errors.ts';
import { audioCutBeforeSound, audioEmpty, audioFormat, channelsNotice, cutNotice } from './audio-errors.ts';
import { AudioFile } from './audio-file.ts';
import { type AudioFormat, detectFormat } from './audio-format.ts';
import { openContainer } from './container-decoder.ts';
import { openFlac } from './flac/flac-decoder.ts';
import { Chunker, MonoConverter } from './mono-16k.ts';
import { openMp3 } from './mp3-decoder.ts';
import { checkMp4 } from './mp4-check.ts';
import { openOgg } from './ogg/ogg-decoder.ts';
import { type Ending, type PcmBlock, type SoundDecoder, SPEECH_RATE_HZ } from './pcm.ts';
import { openWav } from './wav/wav-decoder.ts';

/** Sound of a file, ready for the voice detector and Whisper. */
export interface AudioSource {
  readonly format: AudioFormat;
  /** Length in milliseconds as the file tells it; absent when it does not. For progress, not for times. */
  readonly durationMs?: number;
  /**
   * Mono samples at 16 kHz, full scale ±1, in chunks of one second (the last one shorter). Reads on only as
   * chunks are taken, and holds a few megabytes whatever the file's length. Every call starts from the beginning.
   *
   * @throws AppError AUDIO_EMPTY when there is not a single sample, AUDIO_CUT when its end and so all of it is
   * lost, AUDIO_FORMAT when nothing can be decoded, AUDIO_MISSING when the file is gone by now; the signal's reason when it was aborted.
   */
  chunks(): AsyncIterable<Float32Array>;
  /** After chunks() ended: what the user should know: AUDIO_CUT when the file ended before its time, AUDIO_CHANNELS. */
  readonly notices: readonly ErrorInfo[];
}

const CHUNK_SAMPLES = SPEECH_RATE_HZ;

async function openDecoder(file: AudioFile): Promise<{ format: AudioFormat; decoder: SoundDecoder }> {
  const { format, soundOffset } = await detectFormat(file);
  // Tags stand before anything; only MP3 and FLAC expect them.
  const sound = file.from(soundOffset);
  switch (format) {
    case 'wav':
      return { format, decoder: await openWav(sound) };
    case 'mp3':
      return { format, decoder: await openMp3(sound, 0) };
    case 'flac':
      return { format, decoder: await openFlac(sound, 0) };
    case 'ogg':
      return { format, decoder: await openOgg(sound) };
    case 'mp4':
      await checkMp4(sound);
      return { format, decoder: await openContainer(sound, await mendMp4(sound)) };
    case 'matroska':
      return { format, decoder: await openContainer(sound, await mendMatroska(sound)) };
  }
}

/** Errors of decoders and demuxers as one that a user may read. */
async function explained<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw audioFormat('The file is damaged: its sound could not be read.', error);
  }
}

class FileAudioSource implements AudioSource {
  readonly format: AudioFormat;
  declare readonly durationMs?: number;
  #notices: ErrorInfo[] = [];
  readonly #path: string;
  readonly #signal: AbortSignal;

  constructor(path: string, signal: AbortSignal, format: AudioFormat, durationMs: number | undefined) {
    this.#path = path;
    this.#signal = signal;
    this.format = format;
    if (durationMs !== undefined) this.durationMs = durationMs;
  }

  get notices(): readonly ErrorInfo[] {
    return this.#notices;
  }

  async *chunks(): AsyncGenerator<Float32Array, void, void> {
    this.#notices = [];
    const file = await AudioFile.open(this.#path, this.#signal);
    let samples = 0;
    try {
      const chunks = this.#decode(file);
      for (;;) {
        const { value, done } = await chunks.next();
        if (done) {
          if (samples === 0) throw value === 'cut' ? audioCutBeforeSound() : audioEmpty();
          if (value === 'cut') this.#notices.push(cutNotice((samples / SPEECH_RATE_HZ) * 1000));
          return;
        }
        samples += value.length;
        yield value;
      }
    } finally {
      await file.close();
    }
  }

  async *#decode(file: AudioFile): AsyncGenerator<Float32Array, Ending, void> {
    const { decoder } = await explained(this.#signal, () => openDecoder(file));
    const converter = new MonoConverter();
    const chunker = new Chunker(CHUNK_SAMPLES);
    const blocks = decoder.blocks();
    let hasSound = false;
    try {
      for (;;) {
        const { value, done } = await this.#nextBlock(blocks, hasSound);
        const pieces = done ? converter.flush() : converter.push(value);
        for (const piece of pieces) {
          hasSound ||= piece.length > 0;
          yield* chunker.push(piece);
        }
        if (!done) continue;
        yield* chunker.flush();
        const notice = channelsNotice(converter.channelsFound);
        if (notice !== undefined) this.#notices.push(notice);
        return value;
      }
    } finally {
      // Frees a decoder's memory when the chunks are not taken to their end.
      await blocks.return('cut');
    }
  }

  /** What fails after some sound was read (a damaged rest, a disk that went away) is a cut, not a failure. */
  async #nextBlock(blocks: AsyncGenerator<PcmBlock, Ending, void>, hasSound: boolean) {
    return explained(this.#signal, () => blocks.next()).catch((error: unknown) => {
      if (!hasSound || this.#signal.aborted) throw error;
      return { done: true as const, value: 'cut' as const };
    });
  }
}

/**
 * Opens a sound file for transcription and tells what it is from its content. The file is opened for reading
 * only and closed again; chunks() opens it anew.
 *
 * @param signal ends reading, also in chunks().
 * @throws AppError AUDIO_MISSING, AUDIO_EMPTY, AUDIO_FORMAT, AUDIO_PROTECTED, AUDIO_NO_SOUND, or AUDIO_CUT when
 * nothing can be read because the end is missing; the signal's reason when it was aborted.
 */
export async function openAudio(path: string, signal: AbortSignal): Promise<AudioSource> {
  const file = await AudioFile.open(path, signal);
  try {
    const { format, decoder } = await explained(signal, () => openDecoder(file));
    return new FileAudioSource(path, signal, format, decoder.durationMs);
  } finally {
    await file.close();
  }
}
