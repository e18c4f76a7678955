import type { FileHandle } from 'node:fs/promises';
import type { ByteReader, Mending } from '../../../contract/mending.ts';
import { NotAFileError, openRegular } from '../../system/regular-file.ts';
import { audioMissing, audioNoFile } from './audio-errors.ts';

/** What is read where bytes are missing: a long row of it is in no sound. */
export const PADDING = 0xa5;

interface View extends Required<Mending> {
  /** Where in the file it begins. */
  startBytes: number;
}

/** A source file, open for reading only: Sotto never changes what it transcribes. */
export class AudioFile implements ByteReader {
  readonly #handle: FileHandle;
  readonly #signal: AbortSignal;
  readonly #view: View;

  private constructor(handle: FileHandle, signal: AbortSignal, view: View) {
    this.#handle = handle;
    this.#signal = signal;
    this.#view = view;
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
    const { size } = await handle.stat();
    return new AudioFile(handle, signal, { startBytes: 0, endBytes: size, paddedToBytes: size, patches: [] });
  }

  get sizeBytes(): number {
    return this.#view.paddedToBytes;
  }

  /** The same file from a byte on, as if it began there. Closed with this one. */
  from(offset: number): AudioFile {
    if (offset === 0) return this;
    const { startBytes, endBytes, paddedToBytes } = this.#view;
    const rest = { endBytes: endBytes - offset, paddedToBytes: paddedToBytes - offset, patches: [] };
    return new AudioFile(this.#handle, this.#signal, { startBytes: startBytes + offset, ...rest });
  }

  /** The same file with another end and other bytes. Closed with this one. */
  mended({ endBytes, patches = [], paddedToBytes = endBytes }: Mending): AudioFile {
    const { startBytes } = this.#view;
    return new AudioFile(this.#handle, this.#signal, { startBytes, endBytes, patches, paddedToBytes });
  }

  /** Bytes from `offset`; fewer than asked for only at the end of the file. */
  async read(offset: number, lengthBytes: number): Promise<Uint8Array> {
    this.#signal.throwIfAborted();
    const { startBytes, endBytes, paddedToBytes } = this.#view;
    const bytes = new Uint8Array(Math.max(0, Math.min(lengthBytes, paddedToBytes - offset)));
    const wanted = Math.max(0, Math.min(bytes.length, endBytes - offset));
    bytes.fill(PADDING, wanted);
    for (let filled = 0; filled < wanted; ) {
      const { bytesRead } = await this.#handle.read(
        bytes,
        filled,
        wanted - filled,
        startBytes + offset + filled,
      );
      // The file became shorter while it was read.
      if (bytesRead === 0) return bytes.subarray(0, filled);
      filled += bytesRead;
    }
    this.#patch(bytes, offset);
    return bytes;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #patch(bytes: Uint8Array, offset: number): void {
    for (const patch of this.#view.patches) {
      for (const [index, byte] of patch.bytes.entries()) {
        const at = patch.offset + index - offset;
        if (at >= 0 && at < bytes.length) bytes[at] = byte;
      }
    }
  }
}
