import { create } from 'zustand';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type {
  ProfileCase,
  ProfileEvent,
  ProfileFormat,
  ProfilePlan,
  ProfileRun,
} from '../../../contract/profile.ts';
import { bridge } from '../../api/bridge.ts';
import { type WatchedRun, watchNewRun, watchRun } from '../../api/runs.ts';
import type { Metric } from './chart-data.ts';

interface SpeedState {
  /** What was measured or taken in, the newest first. Undefined: not read yet. */
  runs: ProfileRun[] | undefined;
  /** Which of them are looked at. */
  chosen: string[];
  metric: Metric;
  running: { done: number; total: number; now: ProfileCase | undefined } | undefined;
  problem: ErrorInfo | undefined;
  /** What was done last, to be read out: a run is there, or so many were taken in. */
  news: { kind: 'done' } | { kind: 'stopped' } | { kind: 'imported'; count: number } | undefined;
}

export const useSpeed = create<SpeedState>()(() => ({
  runs: undefined,
  chosen: [],
  metric: 'decode',
  running: undefined,
  problem: undefined,
  news: undefined,
}));

let shown: WatchedRun | undefined;

/** Reads what there is and follows it. Returns the function that ends that. */
export function connectSpeed(): () => void {
  void readRuns();
  void showRunning();
  return bridge().broadcasts['profile.changed'](() => void readRuns());
}

async function readRuns(): Promise<void> {
  const reply = await bridge().calls['profile.list'](undefined);
  if (!reply.ok) {
    useSpeed.setState({ problem: reply.error });
    return;
  }
  const runs = reply.value;
  useSpeed.setState(({ chosen }) => {
    const left = chosen.filter((id) => runs.some((run) => run.id === id));
    // There is always something to look at.
    const [newest] = runs;
    return { runs, chosen: left.length > 0 || newest === undefined ? left : [newest.id] };
  });
}

/** A measurement that goes on while nobody looks, or since the page was reloaded. */
async function showRunning(): Promise<void> {
  const reply = await bridge().calls['runs.list'](undefined);
  const run = reply.ok ? reply.value.find(({ kind }) => kind === 'benchmark') : undefined;
  if (run === undefined || useSpeed.getState().running !== undefined) return;
  useSpeed.setState({ running: { done: 0, total: 1, now: undefined } });
  shown = watchRun('benchmark', run.runId, take);
}

/** Measures; the new run is what is looked at then. */
export function startMeasuring(plan: Partial<ProfilePlan>): void {
  if (useSpeed.getState().running !== undefined) return;
  useSpeed.setState({ running: { done: 0, total: 1, now: undefined }, problem: undefined, news: undefined });
  shown = watchNewRun('benchmark', bridge().calls['profile.run'](plan), take);
}

function take(event: ProfileEvent): void {
  if (event.type === 'progress') {
    const { done, total, now } = event;
    useSpeed.setState({ running: { done, total, now } });
  }
  if (event.type !== 'done' && event.type !== 'failed') return;
  shown = undefined;
  useSpeed.setState({ running: undefined });
  if (event.type === 'failed') useSpeed.setState({ problem: event.error });
  else void readRuns().then(() => useSpeed.setState({ chosen: [event.run.id], news: { kind: 'done' } }));
}

/** What was measured till now is kept. */
export function stopMeasuring(): void {
  shown?.cancel();
  shown?.leave();
  shown = undefined;
  useSpeed.setState({ running: undefined, news: { kind: 'stopped' } });
}

export function choose(id: string, isChosen: boolean): void {
  useSpeed.setState(({ chosen }) => ({
    chosen: isChosen ? [...chosen, id] : chosen.filter((one) => one !== id),
  }));
}

export function showMetric(metric: Metric): void {
  useSpeed.setState({ metric });
}

export async function removeRun(id: string): Promise<void> {
  const reply = await bridge().calls['profile.remove']({ id });
  useSpeed.setState({ problem: reply.ok ? undefined : reply.error });
}

/** Writes the runs that are looked at where the user says. */
export async function saveRuns(format: ProfileFormat): Promise<void> {
  const { calls } = bridge();
  const file = await calls['profile.export']({ ids: useSpeed.getState().chosen, format });
  const saved = file.ok ? await calls['files.save'](file.value) : file;
  useSpeed.setState({ problem: saved.ok ? undefined : saved.error });
}

/** Takes in what was measured elsewhere. */
export async function importRuns(file: File): Promise<void> {
  const reply = await bridge().calls['profile.import']({ text: await file.text() });
  if (!reply.ok) useSpeed.setState({ problem: reply.error, news: undefined });
  else useSpeed.setState({ problem: undefined, news: { kind: 'imported', count: reply.value.count } });
}
