import type { ErrorInfo } from './errors.ts';
import type { BroadcastName, CallName, FileCallName, StreamName } from './names.ts';
import type { Broadcast, CallInput, CallOutput, StreamEvent, StreamInput, StreamUpstream } from './tables.ts';

/** How a call answers: failures are values, so that nothing is lost in an exception's text. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: ErrorInfo };

/** A running stream. `close` is idempotent; closing before a terminal event cancels the run. */
export interface OpenStream<Upstream = never> {
  close(): void;
  /** Sends a part of what the run works on; without effect once it has ended. */
  send(part: Upstream): void;
}

/** A file that the user has chosen or dropped: a File of the page's, whose path the preload script knows. */
export interface GivenFile {
  readonly name: string;
  readonly size: number;
}

/**
 * The only bridge between the page and the rest (window.sotto): one named function for every row of the
 * tables, nothing generic.
 */
export interface SottoBridge {
  calls: {
    [N in Exclude<CallName, FileCallName>]: (input: CallInput<N>) => Promise<Reply<CallOutput<N>>>;
  };
  /** Calls about a file that the user has chosen or dropped. */
  files: {
    [N in FileCallName]: (
      file: GivenFile,
      input: Omit<CallInput<N>, 'path'>,
    ) => Promise<Reply<CallOutput<N>>>;
  };
  streams: {
    [N in StreamName]: (
      input: StreamInput<N>,
      onEvent: (event: StreamEvent<N>) => void,
    ) => OpenStream<StreamUpstream<N>>;
  };
  /** Returns the function that ends the subscription. */
  broadcasts: { [N in BroadcastName]: (listener: (value: Broadcast<N>) => void) => () => void };
}
