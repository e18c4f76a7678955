import type { Reply } from '../contract/client.ts';
import type { CallName } from '../contract/names.ts';
import type { AttachedEvent, RunEvent, RunId } from '../contract/runs.ts';
import type { CallInput, CallOutput } from '../contract/tables.ts';
import { fromInfo } from '../core/errors.ts';
import type { Router } from '../core/router.ts';

/** The calls that start a run, and its kind. */
interface RunCalls {
  'chat.send': 'answer';
  'chat.summarise': 'summary';
  'recordings.transcribe': 'transcription';
  'profile.run': 'benchmark';
  'chats.import': 'import';
}

/** Core, wherever it runs, as commands ask it. */
export interface Client {
  /** It belongs to the window that is open: to be locked from here, but not to be unlocked. */
  readonly isWindow: boolean;
  /** @throws AppError: what core answers with. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** Starts a run and tells what it does, to its end. Aborting cancels it. @throws AppError: what core answers with. */
  run<N extends keyof RunCalls>(
    name: N,
    input: CallInput<N>,
    signal: AbortSignal,
  ): AsyncIterable<RunEvent<RunCalls[N]>>;
}

export function createClient(router: Router, isWindow: boolean): Client {
  return {
    isWindow,
    call: async <N extends CallName>(name: N, input: CallInput<N>) => {
      const reply = (await router.call(name, input)) as Reply<CallOutput<N>>;
      if (!reply.ok) throw fromInfo(reply.error);
      return reply.value;
    },
    run: (name, input, signal) => follow(router, name, input, signal),
  };
}

async function* follow(
  router: Router,
  name: keyof RunCalls,
  input: unknown,
  signal: AbortSignal,
): AsyncGenerator<never, void, void> {
  signal.throwIfAborted();
  const reply = (await router.call(name, input)) as Reply<RunId>;
  if (!reply.ok) throw fromInfo(reply.error);
  const { runId } = reply.value;
  const cancel = () => void router.call('runs.cancel', { runId });
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  try {
    // Watched to its end, whoever ends it.
    const watching = new AbortController().signal;
    const events = router.open('runs.attach', { runId, from: 0 }, watching) as AsyncIterable<AttachedEvent>;
    for await (const told of events) yield (told.type === 'failed' ? told : told.event) as never;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
