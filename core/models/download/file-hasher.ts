import { Worker } from 'node:worker_threads';
import type { FromHashWorker, HashWorkerData, ToHashWorker } from './hash-worker.ts';

/** Hashes a file on a thread of its own while it grows. */
export interface FileHasher {
  /** Everything before `to` is on the disk. */
  advance(to: number): void;
  /** Resolves when the whole file is hashed. Rejects when the file could not be read. */
  readonly whole: Promise<string>;
  dispose(): Promise<void>;
}

export interface FileHasherOptions {
  path: string;
  sizeBytes: number;
  blockBytes: number;
  /** The worker's script. */
  worker: string;
  /** By block, what the file's hash up to its end must be; empty where it is not known. */
  expected: string[];
  onCheckpoint: (index: number, sha256: string) => void;
  /** The block must be had anew; the hash waits at its start. */
  onMismatch: (index: number) => void;
}

export function createFileHasher(options: FileHasherOptions): FileHasher {
  const { path, sizeBytes, blockBytes, worker: script, expected, onCheckpoint, onMismatch } = options;
  const data: HashWorkerData = { path, sizeBytes, blockBytes };
  const worker = new Worker(script, { workerData: data });
  const post = (message: ToHashWorker) => worker.postMessage(message);
  let told = 0;
  let mismatches = 0;
  const whole = new Promise<string>((resolve, reject) => {
    worker.on('message', (message: FromHashWorker) => {
      if (message.type === 'checkpoint') onCheckpoint(message.index, message.sha256);
      else if (message.type === 'mismatch') {
        mismatches += 1;
        told = message.index * blockBytes;
        onMismatch(message.index);
      } else if (message.type === 'done') resolve(message.sha256);
      else reject(new Error('the file could not be read'));
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the hash was ended')));
  });
  // Whoever waits for it sees the rejection; nobody waiting must not end this process.
  whole.catch(() => undefined);
  post({ type: 'expect', checkpoints: expected });
  return {
    advance: (to) => {
      if (to <= told) return;
      told = to;
      post({ type: 'frontier', to, mismatches });
    },
    whole,
    dispose: async () => {
      await worker.terminate();
    },
  };
}
