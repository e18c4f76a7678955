import { randomUUID } from 'node:crypto';
import type { AttachedEvent, RunEvent, RunInfo, RunKind } from '../../contract/runs.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { createPauseGate, type PauseGate } from './pause-gate.ts';
import { RunLog } from './run-log.ts';

/** What a run works on. */
export type RunSubject = Pick<RunInfo, 'chatId' | 'recordingId' | 'transcriptId'>;

/** The runs of this core. Whoever watches one may come, go and come again. */
export interface RunRegistry {
  /** Starts the work at once and returns the run's id. An error that the work throws becomes the last event, "failed". */
  start<K extends RunKind>(
    kind: K,
    subject: RunSubject,
    work: (signal: AbortSignal, gate: PauseGate) => AsyncIterable<RunEvent<K>>,
  ): string;
  /**
   * The run's events so far from that one on, then those to come until it ends. Aborting ends the watching only.
   *
   * @throws AppError RUN_UNKNOWN
   */
  attach(runId: string, from: number, signal: AbortSignal): AsyncGenerator<AttachedEvent, void, void>;
  /** Resolves when the run has ended; one that is over, or unknown, has. */
  cancel(runId: string): Promise<void>;
  /** Holds a run up where its work asks its gate, or lets it go on. */
  pause(runId: string, isPaused: boolean): void;
  /** Cancels all runs that match; resolves when they have ended. */
  cancelAll(isMeant: (run: RunInfo) => boolean): Promise<void>;
  /** Those that have not ended. */
  list(): RunInfo[];
  /** Drops the events of runs that have ended. For a lock. */
  forgetEnded(): void;
}

interface Run {
  info: Omit<RunInfo, 'isPaused' | 'next'>;
  gate: PauseGate;
  log: RunLog<RunEvent>;
  abort: AbortController;
  ended: Promise<void>;
  watchers: Set<() => void>;
}

/** Ended runs whose events a late watcher can still read, after a reload for instance. */
const KEPT_AFTER_THE_END = 16;

/** @param onChange a run has begun or ended */
export function createRunRegistry(onChange: (run: RunInfo) => void): RunRegistry {
  const runs = new Map<string, Run>();

  const append = (run: Run, event: RunEvent) => {
    run.log.add(event);
    wake(run);
  };
  const follow = async (run: Run, events: AsyncIterable<RunEvent>) => {
    try {
      for await (const event of events) append(run, event);
    } catch (error) {
      append(run, { type: 'failed', error: toErrorInfo(error) });
    }
    run.info = { ...run.info, state: 'ended' };
    wake(run);
    const over = [...runs.values()].filter(({ info }) => info.state === 'ended');
    for (const { info } of over.slice(0, -KEPT_AFTER_THE_END)) runs.delete(info.runId);
    onChange(infoOf(run));
  };
  const isRunning = ({ info }: Run) => info.state === 'running';
  const cancel = async (run: Run) => {
    run.abort.abort();
    await run.ended;
  };

  return {
    start: (kind, subject, work) => {
      const runId = randomUUID();
      const abort = new AbortController();
      const run: Run = {
        info: { runId, kind, ...subject, state: 'running' },
        log: new RunLog(),
        abort,
        gate: createPauseGate(),
        ended: Promise.resolve(),
        watchers: new Set(),
      };
      runs.set(runId, run);
      onChange(infoOf(run));
      run.ended = follow(run, work(abort.signal, run.gate));
      return runId;
    },
    async *attach(runId, from, signal) {
      const run = runs.get(runId);
      if (run === undefined) throw unknownRun();
      for (let next = from; ; ) {
        for (const { sequence, event } of run.log.from(next)) {
          if (signal.aborted) return;
          // The kind and its events belong together: only `start` makes runs.
          yield { type: run.info.kind, sequence, event } as AttachedEvent;
          next = sequence + 1;
        }
        if (next < run.log.count) continue;
        if (!isRunning(run) || signal.aborted) return;
        await nextSignal(run, signal);
      }
    },
    cancel: async (runId) => {
      const run = runs.get(runId);
      if (run !== undefined) await cancel(run);
    },
    pause: (runId, isPaused) => {
      const run = runs.get(runId);
      if (run === undefined || !isRunning(run) || run.gate.isPaused === isPaused) return;
      run.gate.set(isPaused);
      onChange(infoOf(run));
    },
    cancelAll: async (isMeant) => {
      await Promise.all(
        [...runs.values()].filter((run) => isRunning(run) && isMeant(infoOf(run))).map(cancel),
      );
    },
    list: () => [...runs.values()].filter(isRunning).map(infoOf),
    forgetEnded: () => {
      for (const [runId, run] of runs) if (!isRunning(run)) runs.delete(runId);
    },
  };
}

function infoOf({ info, gate, log }: Run): RunInfo {
  return { ...info, isPaused: gate.isPaused, next: log.count };
}

function wake({ watchers }: Run): void {
  for (const watcher of watchers) watcher();
  watchers.clear();
}

/** Resolves with the run's next event or its end, or when nobody watches any more. */
function nextSignal({ watchers }: Run, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done);
      watchers.delete(done);
      resolve();
    };
    watchers.add(done);
    signal.addEventListener('abort', done, { once: true });
  });
}

function unknownRun(): AppError {
  return new AppError('RUN_UNKNOWN', 'This has ended, and its progress can no longer be followed.', {
    hint: 'Look at the result.',
  });
}
