import type { AttachedEvent, RunEvent, RunInfo, RunKind } from '../../contract/runs.ts';
import { attachedEventSchema } from '../../contract/runs.ts';

/** A run that a test plays: what it works on, and what it tells. */
export interface FakeRun<Input, Event> {
  runId: string;
  input: Input;
  /** The page has asked for its end. */
  isCancelled: boolean;
  /** How many watch it. */
  watchers: number;
  say(event: Event): void;
}

interface Told extends FakeRun<unknown, RunEvent> {
  kind: RunKind;
  info: RunInfo;
  events: RunEvent[];
  listeners: Set<(told: AttachedEvent) => void>;
}

/** Runs of a core that is not there; whoever comes late hears all of it. */
export function fakeRuns() {
  const runs = new Map<string, Told>();
  const numbered = (run: Told, sequence: number): AttachedEvent =>
    attachedEventSchema.parse({ type: run.kind, sequence, event: run.events[sequence] });
  return {
    start: <Input, K extends RunKind>(
      kind: K,
      input: Input,
      info: Partial<RunInfo> = {},
    ): FakeRun<never, RunEvent<K>> => {
      const runId = info.runId ?? `run-${runs.size + 1}`;
      const run: Told = {
        runId,
        kind,
        input,
        info: { state: 'running', isPaused: false, next: 0, ...info, runId, kind },
        isCancelled: false,
        events: [],
        listeners: new Set(),
        get watchers() {
          return run.listeners.size;
        },
        say: (event) => {
          run.events.push(event);
          for (const listener of run.listeners) listener(numbered(run, run.events.length - 1));
        },
      };
      runs.set(runId, run);
      return run as unknown as FakeRun<never, RunEvent<K>>;
    },
    cancel: (runId: string) => {
      const run = runs.get(runId);
      if (run !== undefined) run.isCancelled = true;
    },
    list: (): RunInfo[] => [...runs.values()].map(({ info }) => info),
    attach: ({ runId, from }: { runId: string; from: number }, onEvent: (told: AttachedEvent) => void) => {
      let isClosed = false;
      const hear = (told: AttachedEvent) => {
        if (!isClosed) onEvent(told);
      };
      const run = runs.get(runId);
      const error = { code: 'RUN_UNKNOWN', message: 'It is over.' } as const;
      // As over a port: later, and in order.
      queueMicrotask(() => {
        if (run === undefined) hear({ type: 'failed', error });
        else {
          for (let at = from; at < run.events.length; at += 1) hear(numbered(run, at));
          if (!isClosed) run.listeners.add(hear);
        }
      });
      const close = () => {
        isClosed = true;
        run?.listeners.delete(hear);
      };
      return { close, send: () => undefined };
    },
  };
}
