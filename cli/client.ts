import type { Reply } from '../contract/client.ts';
import type { CallName, StreamName } from '../contract/names.ts';
import type { CallInput, CallOutput, StreamEvent, StreamInput } from '../contract/tables.ts';
import { fromInfo } from '../core/errors.ts';
import type { Router } from '../core/router.ts';

/** Core, wherever it runs, as commands ask it. */
export interface Client {
  /** It belongs to the window that is open: to be locked from here, but not to be unlocked. */
  readonly isWindow: boolean;
  /** @throws AppError: what core answers with. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  open<N extends StreamName>(
    name: N,
    input: StreamInput<N>,
    signal: AbortSignal,
  ): AsyncIterable<StreamEvent<N>>;
}

export function createClient(router: Router, isWindow: boolean): Client {
  return {
    isWindow,
    call: async <N extends CallName>(name: N, input: CallInput<N>) => {
      const reply = (await router.call(name, input)) as Reply<CallOutput<N>>;
      if (!reply.ok) throw fromInfo(reply.error);
      return reply.value;
    },
    open: (name, input, signal) => router.open(name, input, signal) as AsyncIterable<never>,
  };
}
