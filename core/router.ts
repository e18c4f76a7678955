import type { Reply } from '../contract/client.ts';
import { type CallName, callNames, type StreamName, streamNames } from '../contract/names.ts';
import {
  type CallInput,
  type CallOutput,
  calls,
  type StreamEvent,
  type StreamInput,
  streams,
} from '../contract/tables.ts';
import type { Core } from './create-core.ts';
import { AppError, toErrorInfo } from './errors.ts';

/** Calls that the host answers itself, because they need a window. */
export type HostCall = 'links.open';

type CallHandlers = { [N in Exclude<CallName, HostCall>]: (input: CallInput<N>) => Promise<CallOutput<N>> };
type StreamHandlers = {
  [N in StreamName]: (input: StreamInput<N>, signal: AbortSignal) => AsyncIterable<StreamEvent<N>>;
};

/** Answers what comes over a border: checks the name and the input, and never throws. */
export interface Router {
  call(name: string, input: unknown): Promise<Reply<unknown>>;
  /** Always ends with a terminal event. */
  open(name: string, input: unknown, signal: AbortSignal): AsyncIterable<unknown>;
}

export function createRouter(core: Core): Router {
  const callHandlers: CallHandlers = {
    'system.info': () => core.systemInfo(),
    'models.list': () => core.models.list(),
    'models.verify': ({ id }) => core.models.verify(id),
    'engine.status': async () => core.engines.status,
    'engine.warm': async () => {
      // Its failure is in the status; the caller has nothing to do about it.
      await core.chat.warm().catch(() => undefined);
    },
    'chat.open': async ({ id }) => core.chat.open(id),
    'chat.clear': async () => core.chat.clear(),
  };
  const streamHandlers: StreamHandlers = {
    'chat.send': (input, signal) => core.chat.send(input, signal),
  };

  return {
    call: async (name, input) => {
      try {
        if (!isCall(name) || !(name in callHandlers)) throw invalid();
        const parsed = calls[name].input.safeParse(input);
        if (!parsed.success) throw invalid();
        const handler = callHandlers[name as keyof CallHandlers] as (value: unknown) => Promise<unknown>;
        return { ok: true, value: await handler(parsed.data) };
      } catch (error) {
        return { ok: false, error: toErrorInfo(error) };
      }
    },
    async *open(name, input, signal) {
      try {
        if (!isStream(name)) throw invalid();
        yield* streamHandlers[name](parseStreamInput(name, input), signal);
      } catch (error) {
        yield { type: 'failed', error: toErrorInfo(error) };
      }
    },
  };
}

/** Settings keep their own check, which names the parameter; everything else is one plain refusal. */
function parseStreamInput(name: StreamName, input: unknown): StreamInput<StreamName> {
  const parsed = streams[name].input.safeParse(input);
  if (parsed.success) return parsed.data;
  const inSettings = parsed.error.issues.every((issue) => issue.path[0] === 'settings');
  if (inSettings && typeof input === 'object' && input !== null) return input as StreamInput<StreamName>;
  throw invalid();
}

function isCall(name: string): name is CallName {
  return (callNames as readonly string[]).includes(name);
}

function isStream(name: string): name is StreamName {
  return (streamNames as readonly string[]).includes(name);
}

function invalid(): AppError {
  return new AppError('REQUEST_INVALID', 'The request was not understood.', { hint: 'Restart Sotto.' });
}
