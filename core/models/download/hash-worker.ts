/**
 * A thread that hashes a file while another writes it: the network must not wait for SHA-256. It follows the
 * frontier that it is told, and tells the hash of everything up to the end of each block.
 */

import { createHash, type Hash } from 'node:crypto';
import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openRegularSync } from '../../system/regular-file.ts';

export interface HashWorkerData {
  path: string;
  sizeBytes: number;
  blockBytes: number;
}

export type ToHashWorker =
  /**
   * Everything before `to` is on the disk; blocks whose checkpoint is known must have it. `mismatches`: how many the
   * sender has heard of; what was sent before it heard of the last one speaks of bytes that are of no use.
   */
  { type: 'frontier'; to: number; mismatches: number } | { type: 'expect'; checkpoints: string[] };

export type FromHashWorker =
  | { type: 'checkpoint'; index: number; sha256: string }
  /** The block's bytes are not those of before: the hash waits at its start for others. */
  | { type: 'mismatch'; index: number }
  | { type: 'done'; sha256: string }
  | { type: 'failed' };

const PIECE_BYTES = 1024 * 1024;

const { path, sizeBytes, blockBytes } = workerData as HashWorkerData;
const piece = Buffer.allocUnsafe(PIECE_BYTES);
const tell = (message: FromHashWorker) => parentPort?.postMessage(message);

let expected: string[] = [];
let file: number | undefined;
let hash: Hash = createHash('sha256');
let blockStart: Hash = hash.copy();
let at = 0;
let mismatches = 0;

/** Hashes up to the next end of a block, or to the frontier. False: a block was not what it should be. */
function advance(to: number): boolean {
  while (at < to) {
    const blockEnd = Math.min(sizeBytes, (Math.floor(at / blockBytes) + 1) * blockBytes);
    const length = Math.min(PIECE_BYTES, to - at, blockEnd - at);
    file ??= openRegularSync(path);
    const read = readSync(file, piece, 0, length, at);
    if (read === 0) throw new Error('the file is shorter than it was said to be');
    hash.update(piece.subarray(0, read));
    at += read;
    if (at === blockEnd && !endBlock()) return false;
  }
  return true;
}

function endBlock(): boolean {
  const index = Math.ceil(at / blockBytes) - 1;
  const sha256 = hash.copy().digest('hex');
  const known = expected[index];
  if (known !== undefined && known !== '' && known !== sha256) {
    at = index * blockBytes;
    hash = blockStart.copy();
    mismatches += 1;
    tell({ type: 'mismatch', index });
    return false;
  }
  blockStart = hash.copy();
  tell({ type: 'checkpoint', index, sha256 });
  if (at === sizeBytes) tell({ type: 'done', sha256 });
  return true;
}

parentPort?.on('message', (message: ToHashWorker) => {
  if (message.type === 'expect') expected = message.checkpoints;
  else if (message.mismatches === mismatches) {
    try {
      advance(message.to);
    } catch {
      tell({ type: 'failed' });
    }
  }
});
