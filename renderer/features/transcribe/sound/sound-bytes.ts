/** A sound file as bytes, wherever they are read from: a file of the page's own is one. */
export interface SoundBytes {
  readonly size: number;
  slice(start: number, end?: number): SoundBytes;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Parts of a file, one after the other, as if they were one. Nothing is read yet. */
export function joined(parts: readonly SoundBytes[]): SoundBytes {
  const blobs = parts.filter((part) => part instanceof Blob);
  return blobs.length === parts.length ? new Blob(blobs) : new Joined(parts);
}

class Joined implements SoundBytes {
  readonly size: number;
  readonly #parts: readonly SoundBytes[];

  constructor(parts: readonly SoundBytes[]) {
    this.#parts = parts;
    this.size = parts.reduce((sum, { size }) => sum + size, 0);
  }

  slice(start: number, end = this.size): SoundBytes {
    const within: SoundBytes[] = [];
    let at = 0;
    for (const part of this.#parts) {
      const from = Math.max(0, start - at);
      const to = Math.min(part.size, end - at);
      if (from < to) within.push(part.slice(from, to));
      at += part.size;
      if (at >= end) break;
    }
    return new Joined(within);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(new Uint8Array(await part.arrayBuffer()), at);
      at += part.size;
    }
    return bytes.buffer;
  }
}
