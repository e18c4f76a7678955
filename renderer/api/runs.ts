import type { Reply } from '../../contract/client.ts';
import type { RunEvent, RunId, RunKind } from '../../contract/runs.ts';
import { bridge } from './bridge.ts';

/** A run as this page watches it. */
export interface WatchedRun {
  /** Stops watching; the run goes on. */
  leave(): void;
  /** Cancels the run. Its last events still arrive. */
  cancel(): void;
}

type Listener<K extends RunKind> = (event: RunEvent<K>) => void;

/** Watches an existing run, by default from its first event. */
export function watchRun<K extends RunKind>(
  kind: K,
  runId: string,
  onEvent: Listener<K>,
  from = 0,
): WatchedRun {
  let isLeft = false;
  const stream = bridge().streams['runs.attach']({ runId, from }, (told) => {
    if (isLeft) return;
    // Every kind of run has this last event.
    if (told.type === 'failed') onEvent(told as RunEvent<K>);
    else if (told.type === kind) onEvent(told.event as RunEvent<K>);
  });
  return {
    leave: () => {
      isLeft = true;
      stream.close();
    },
    cancel: () => void bridge().calls['runs.cancel']({ runId }),
  };
}

/**
 * Watches a run that is being started. If core refuses to start it, the only event is "failed".
 *
 * @param starting the call's reply
 */
export function watchNewRun<K extends RunKind>(
  kind: K,
  starting: Promise<Reply<RunId>>,
  onEvent: Listener<K>,
): WatchedRun {
  let run: WatchedRun | undefined;
  let isLeft = false;
  let isCancelled = false;
  void starting.then((reply) => {
    if (!reply.ok) {
      if (!isLeft) onEvent({ type: 'failed', error: reply.error } as RunEvent<K>);
      return;
    }
    if (isLeft && isCancelled) void bridge().calls['runs.cancel'](reply.value);
    if (isLeft) return;
    run = watchRun(kind, reply.value.runId, onEvent);
    if (isCancelled) run.cancel();
  });
  return {
    leave: () => {
      isLeft = true;
      run?.leave();
    },
    cancel: () => {
      isCancelled = true;
      run?.cancel();
    },
  };
}
