import { ChannelMixer, type ChannelsFound } from '../../../contract/mix-channels.ts';
import { audioFormat } from './audio-errors.ts';
import { MAX_RATE_HZ, MIN_RATE_HZ, type PcmBlock, SPEECH_RATE_HZ } from './pcm.ts';
import { Resampler } from './resampler.ts';

/** Turns a decoder's blocks into mono at 16 kHz, also when the rate changes in mid-stream. */
export class MonoConverter {
  #resampler: Resampler | undefined;
  #rateHz: number | undefined;
  #mixer = new ChannelMixer(SPEECH_RATE_HZ);

  /**
   * What became ready: usually one piece, two when the rate changes.
   *
   * @throws AppError AUDIO_FORMAT for a rate that cannot be meant.
   */
  push(block: PcmBlock): Float32Array[] {
    if (block.rateHz < MIN_RATE_HZ || block.rateHz > MAX_RATE_HZ) {
      throw audioFormat(`The file is damaged: it says ${block.rateHz} samples a second.`);
    }
    const ready: Float32Array[] = [];
    if (block.rateHz !== this.#rateHz) {
      ready.push(...this.flush());
      this.#rateHz = block.rateHz;
      this.#mixer = new ChannelMixer(block.rateHz);
      this.#resampler = block.rateHz === SPEECH_RATE_HZ ? undefined : new Resampler(block.rateHz);
    }
    const mono = this.#mixer.push(block.channels);
    ready.push(this.#resampler === undefined ? mono : this.#resampler.push(mono));
    return ready;
  }

  /** What was done about the channels, see ChannelMixer. */
  get channelsFound(): ChannelsFound | undefined {
    return this.#mixer.found;
  }

  flush(): Float32Array[] {
    return this.#resampler === undefined ? [] : [this.#resampler.flush()];
  }
}

/** Pieces of any length become chunks of exactly one length, the last one shorter. */
export class Chunker {
  readonly #lengthSamples: number;
  #chunk: Float32Array;
  #filled = 0;

  constructor(lengthSamples: number) {
    this.#lengthSamples = lengthSamples;
    this.#chunk = new Float32Array(lengthSamples);
  }

  *push(piece: Float32Array): Generator<Float32Array> {
    let rest = piece;
    while (rest.length > 0) {
      const part = rest.subarray(0, this.#lengthSamples - this.#filled);
      this.#chunk.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      if (this.#filled === this.#lengthSamples) {
        yield this.#chunk;
        this.#chunk = new Float32Array(this.#lengthSamples);
        this.#filled = 0;
      }
    }
  }

  *flush(): Generator<Float32Array> {
    if (this.#filled > 0) yield this.#chunk.subarray(0, this.#filled);
    this.#filled = 0;
  }
}
