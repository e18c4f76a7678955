/** Runs on the sound thread: gathers the microphone's sound and hands it on, a tenth of a second at a time. */

/* What this scope has beside the page's; TypeScript's libraries leave it out. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const PIECE_SAMPLES = 1_600;

class Capture extends AudioWorkletProcessor {
  #piece = new Float32Array(PIECE_SAMPLES);
  #filled = 0;

  constructor() {
    super();
    // The page's only word: what was gathered so far, and an empty piece to say that this was all.
    this.port.onmessage = () => {
      this.#hand();
      this.port.postMessage(new Float32Array());
    };
  }

  process([input]: Float32Array[][]): boolean {
    const [samples] = input ?? [];
    // Without a channel the device sends nothing at the moment.
    if (samples === undefined) return true;
    for (let at = 0; at < samples.length; ) {
      const part = samples.subarray(at, at + PIECE_SAMPLES - this.#filled);
      this.#piece.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === PIECE_SAMPLES) this.#hand();
    }
    return true;
  }

  #hand(): void {
    if (this.#filled === 0) return;
    const piece = this.#piece.slice(0, this.#filled);
    this.port.postMessage(piece, [piece.buffer]);
    this.#filled = 0;
  }
}

registerProcessor('capture', Capture);
