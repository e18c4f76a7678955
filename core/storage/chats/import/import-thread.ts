import { Worker } from 'node:worker_threads';
import { fromInfo } from '../../../errors.ts';
import { type ImportPiece, tooLarge } from './import-pieces.ts';
import type { FromImportWorker, ImportWorkerData } from './import-worker.ts';

/** The same as `importPieces`, read on a thread of its own. @throws AppError IMPORT_FORMAT. */
export async function* importPiecesInThread(
  path: string,
  script: string,
): AsyncGenerator<ImportPiece, void, void> {
  const worker = new Worker(script, { workerData: { path } satisfies ImportWorkerData });
  try {
    for (;;) {
      const piece = await ask(worker);
      if (piece.type === 'failed') throw fromInfo(piece.error);
      yield piece;
      if (piece.type === 'end') return;
    }
  } finally {
    await worker.terminate();
  }
}

function ask(worker: Worker): Promise<FromImportWorker> {
  return new Promise((resolve, reject) => {
    // A file of a few hundred megabytes can be more than the memory of a thread holds; nobody but the thread ends then.
    const onError = (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge() : cause);
    const onExit = () => reject(new Error('the thread that reads the export has ended'));
    worker.once('error', onError);
    worker.once('exit', onExit);
    worker.once('message', (piece: FromImportWorker) => {
      worker.off('error', onError);
      worker.off('exit', onExit);
      resolve(piece);
    });
    worker.postMessage('next');
  });
}
