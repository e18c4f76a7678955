import { type FileHandle, open } from 'node:fs/promises';
import { audioFormat, audioMissing } from './audio-errors.ts';

/** A source file, open for reading only: Sotto never changes what it transcribes. */
export class AudioFile {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  readonly #signal: AbortSignal;

  private constructor(handle: FileHandle, sizeBytes: number, signal: AbortSignal) {
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
    this.#signal = signal;
  }

  /**
   * @param signal ends every later read with its reason.
   * @throws AppError AUDIO_MISSING, or AUDIO_FORMAT for what is no file (a folder, a device).
   */
  static async open(path: string, signal: AbortSignal): Promise<AudioFile> {
    signal.throwIfAborted();
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw audioMissing(cause);
    });
    const stat = await handle.stat();
    if (stat.isFile()) return new AudioFile(handle, stat.size, signal);
    await handle.close();
    throw audioFormat('This is not a file.');
  }

  /** Bytes from `offset`; fewer than asked for only at the end of the file. */
  async read(offset: number, lengthBytes: number): Promise<Uint8Array> {
    this.#signal.throwIfAborted();
    const wanted = Math.max(0, Math.min(lengthBytes, this.sizeBytes - offset));
    const bytes = new Uint8Array(wanted);
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await this.#handle.read(bytes, filled, wanted - filled, offset + filled);
      // The file became shorter while it was read.
      if (bytesRead === 0) return bytes.subarray(0, filled);
      filled += bytesRead;
    }
    return bytes;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
