import type { FileHandle } from 'node:fs/promises';
import { NotAFileError, openRegular } from '../../system/regular-file.ts';
import { audioMissing, audioNoFile } from './audio-errors.ts';

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
   * @throws AppError AUDIO_MISSING, or AUDIO_FORMAT for what is no file (a folder, a pipe, a device).
   */
  static async open(path: string, signal: AbortSignal): Promise<AudioFile> {
    signal.throwIfAborted();
    const handle = await openRegular(path).catch((cause: unknown) => {
      throw cause instanceof NotAFileError ? audioNoFile(cause.isFolder) : audioMissing(cause);
    });
    return new AudioFile(handle, (await handle.stat()).size, signal);
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
