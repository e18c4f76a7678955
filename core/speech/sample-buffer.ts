const SAMPLES_PER_MS = 16;

/**
 * The last stretch of a recording: what has been read and is not yet transcribed. Times are milliseconds
 * since the recording's start; samples are 16 kHz mono.
 */
export interface SampleBuffer {
  add(samples: Float32Array): void;
  /** A copy of the samples between two times; shorter where the recording ends before, or was dropped. */
  copy(startMs: number, endMs: number): Float32Array;
  /** Forgets everything before a time. */
  dropBefore(timeMs: number): void;
  /** Length of all that was ever added. */
  readonly totalMs: number;
}

export function createSampleBuffer(): SampleBuffer {
  const chunks: Float32Array[] = [];
  /** Index in the recording of the first sample of the first chunk, and of the one after the last. */
  let first = 0;
  let end = 0;
  return {
    get totalMs() {
      return end / SAMPLES_PER_MS;
    },
    add: (samples) => {
      chunks.push(samples);
      end += samples.length;
    },
    copy: (startMs, endMs) => {
      const from = Math.max(first, Math.round(startMs * SAMPLES_PER_MS));
      const to = Math.min(end, Math.round(endMs * SAMPLES_PER_MS));
      const result = new Float32Array(Math.max(0, to - from));
      let at = first;
      for (const chunk of chunks) {
        const begin = Math.max(from, at);
        const stop = Math.min(to, at + chunk.length);
        if (begin < stop) result.set(chunk.subarray(begin - at, stop - at), begin - from);
        at += chunk.length;
      }
      return result;
    },
    dropBefore: (timeMs) => {
      const keepFrom = timeMs * SAMPLES_PER_MS;
      for (
        let chunk = chunks[0];
        chunk !== undefined && first + chunk.length <= keepFrom;
        chunk = chunks[0]
      ) {
        first += chunk.length;
        chunks.shift();
      }
    },
  };
}
