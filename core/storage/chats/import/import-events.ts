import type { ImportEvent } from '../../../../contract/history.ts';
import { toErrorInfo } from '../../../errors.ts';
import { createEventQueue } from '../../../event-queue.ts';
import type { ImportedChats, ImportOptions } from './import-chats.ts';

/** An import as it goes. Every outcome is an event; aborting takes back what has come in. */
export async function* importEvents(
  start: (options: Pick<ImportOptions, 'signal' | 'onProgress'>) => Promise<ImportedChats>,
  signal: AbortSignal,
): AsyncGenerator<ImportEvent, void, void> {
  const events = createEventQueue<ImportEvent>();
  const end = (event: ImportEvent) => {
    events.push(event);
    events.end();
  };
  start({ signal, onProgress: (messages) => events.push({ type: 'progress', messages }) }).then(
    (imported) => end({ type: 'done', ...imported }),
    (error) => end(signal.aborted ? { type: 'cancelled' } : { type: 'failed', error: toErrorInfo(error) }),
  );
  yield* events.iterate();
}
