/** A thread that reads another program's export: nothing else waits while hundreds of megabytes of JSON are taken apart. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorInfo } from '../../../../contract/errors.ts';
import { toErrorInfo } from '../../../errors.ts';
import { type ImportPiece, importPieces } from './import-pieces.ts';

export interface ImportWorkerData {
  path: string;
}

/** One for each message that asks for it: whoever writes them is never behind by more than one. */
export type FromImportWorker = ImportPiece | { type: 'failed'; error: ErrorInfo };

const pieces = importPieces((workerData as ImportWorkerData).path);

async function next(): Promise<FromImportWorker | undefined> {
  try {
    return (await pieces.next()).value ?? undefined;
  } catch (error) {
    return { type: 'failed', error: toErrorInfo(error) };
  }
}

parentPort?.on('message', () => {
  void next().then((piece) => parentPort?.postMessage(piece));
});
