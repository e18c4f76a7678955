import { READ_RECORDING_LIMIT_BYTES } from '../../../../contract/recording.ts';
import { bridge } from '../../../api/bridge.ts';
import type { SoundFileRef } from '../job.ts';
import type { SoundBytes } from './sound-bytes.ts';

/** The file that a transcript was made from, read by core, which alone knows where it lies. */
export class SoundFileReader implements SoundBytes {
  readonly size: number;
  readonly #of: string;
  readonly #start: number;

  constructor({ of, sizeBytes }: SoundFileRef, start = 0, end = sizeBytes) {
    this.#of = of;
    this.#start = Math.min(start, sizeBytes);
    this.size = Math.max(0, Math.min(end, sizeBytes) - this.#start);
  }

  slice(start: number, end = this.size): SoundFileReader {
    const whole = { of: this.#of, sizeBytes: this.#start + this.size };
    return new SoundFileReader(whole, this.#start + start, this.#start + end);
  }

  /** @throws DOMException NotReadableError, as a file of the page's own does, once it is not that file any more. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(this.size);
    for (let at = 0; at < bytes.length; ) {
      const reply = await bridge().calls['speech.readSoundFile']({
        id: this.#of,
        offset: this.#start + at,
        byteLength: Math.min(bytes.length - at, READ_RECORDING_LIMIT_BYTES),
      });
      if (!reply.ok || reply.value.bytes.length === 0) throw new DOMException('', 'NotReadableError');
      bytes.set(reply.value.bytes, at);
      at += reply.value.bytes.length;
    }
    return bytes.buffer;
  }
}
