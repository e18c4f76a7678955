import { create } from 'zustand';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type {
  HashConsent,
  ModelChange,
  ModelEntry,
  ModelsOverview,
  Preferences,
} from '../../../contract/library.ts';
import type { SystemInfo } from '../../../contract/system.ts';
import type { Trials } from '../../../contract/trials.ts';
import { bridge } from '../../api/bridge.ts';
import { readModels } from '../engine/engine-store.ts';

export const SHELVES = ['machine', 'chat', 'speech', 'here', 'devices', 'speed'] as const;
/** Which part of the models is shown. */
export type Shelf = (typeof SHELVES)[number];

/** No shelf of models, but what they do on this machine. */
export function isPanel(shelf: Shelf): boolean {
  return shelf === 'devices' || shelf === 'speed';
}

interface ModelsState {
  overview: ModelsOverview | undefined;
  shelf: Shelf;
  search: string;
  /** The model whose terms are being shown, before its download. */
  consentFor: string | undefined;
  /** Why something could not be done, by model; under "" what concerns none of them. */
  problems: Record<string, ErrorInfo>;
  /** The model whose removal is being confirmed. */
  removing: string | undefined;
  system: SystemInfo | undefined;
  /** What is known of models on this machine's devices, by model; under "" of the one that answers. */
  trials: Record<string, Trials>;
  /** The model that is being tried. */
  trying: string | undefined;
  /** Only what this machine has the memory for is shown. */
  onlyFitting: boolean;
}

export const useModels = create<ModelsState>()(() => ({
  overview: undefined,
  shelf: 'machine',
  search: '',
  consentFor: undefined,
  problems: {},
  removing: undefined,
  system: undefined,
  trials: {},
  trying: undefined,
  onlyFitting: false,
}));

/** Reads what there is and follows it. Returns the function that ends that. */
export function connectModels(): () => void {
  const { broadcasts } = bridge();
  const stopModels = broadcasts['models.changed'](apply);
  // Network, mirror and what is chosen are settings, which a terminal may change as well.
  const stopSettings = broadcasts['settings.changed'](() => void refresh());
  void refresh();
  return () => {
    stopModels();
    stopSettings();
  };
}

export async function refresh(): Promise<void> {
  const reply = await bridge().calls['models.overview'](undefined);
  if (reply.ok) useModels.setState({ overview: reply.value });
}

function apply(change: ModelChange): void {
  const { overview } = useModels.getState();
  // A file of the user's that has just begun to come is in no list yet.
  if (change.state.state === 'importing' && change.state.receivedBytes === 0) void refresh();
  const before = overview?.entries.find((entry) => entry.id === change.id);
  if (overview !== undefined && before !== undefined) {
    const entries = overview.entries.map((entry) =>
      entry.id === change.id ? { ...entry, state: change.state } : entry,
    );
    useModels.setState({ overview: { ...overview, entries } });
  }
  // A model that came or went changes more than its own state: what is chosen, the disk, the list.
  if (['ready', 'absent', 'failed'].includes(change.state.state)) {
    void followChoice();
  }
}

/** Shows what is used from now on, and has it loaded: the next answer should not have to wait for it. */
async function followChoice(): Promise<void> {
  await Promise.all([refresh(), readModels()]);
  await bridge().calls['engine.warm'](undefined);
}

export function show(shelf: Shelf): void {
  useModels.setState({ shelf, search: '' });
  if (isPanel(shelf)) void readSystem();
}

async function readSystem(): Promise<void> {
  const reply = await bridge().calls['system.info'](undefined);
  if (reply.ok) useModels.setState({ system: reply.value });
  const known = await bridge().calls['models.trials']({});
  if (known.ok && known.value !== undefined) keepTrials('', known.value);
}

function keepTrials(id: string, trials: Trials): void {
  useModels.setState((state) => ({ trials: { ...state.trials, [id]: trials } }));
}

/** Tries a model on every device; without an id, the one that answers. */
export async function tryDevices(id?: string): Promise<void> {
  useModels.setState({ trying: id ?? '' });
  const trials = await attempt(id ?? '', bridge().calls['models.bench'](id === undefined ? {} : { id }));
  useModels.setState({ trying: undefined });
  if (trials !== undefined) keepTrials(id ?? '', trials);
}

export function showOnlyFitting(onlyFitting: boolean): void {
  useModels.setState({ onlyFitting });
}

export function searchFor(search: string): void {
  useModels.setState({ search });
}

/** Terms come before the first byte; what was begun needs no second consent. */
export function download(entry: ModelEntry): void {
  if (entry.state.state === 'absent') useModels.setState({ consentFor: entry.id });
  else void start(entry.id, false);
}

export function refuseTerms(): void {
  useModels.setState({ consentFor: undefined });
}

export async function acceptTerms(id: string): Promise<void> {
  useModels.setState({ consentFor: undefined });
  await start(id, true);
}

/** Goes on with a file that nothing vouches for. */
export const takeFile = (id: string, hash: HashConsent) => start(id, true, hash);

async function start(id: string, licenceAccepted: boolean, hash?: HashConsent): Promise<void> {
  const consent = hash === undefined ? {} : { hash };
  await attempt(id, bridge().calls['models.download']({ id, licenceAccepted, ...consent }));
}

export const pause = (id: string) => attempt(id, bridge().calls['models.pause']({ id }));
export const cancel = (id: string) => attempt(id, bridge().calls['models.cancel']({ id }));
export const repair = (id: string) => attempt(id, bridge().calls['models.repair']({ id }));

export async function choose(id: string): Promise<void> {
  await attempt(id, bridge().calls['models.choose']({ id }));
  await followChoice();
}

export function askToRemove(id: string | undefined): void {
  useModels.setState({ removing: id });
}

export async function remove(id: string): Promise<void> {
  useModels.setState({ removing: undefined });
  await attempt(id, bridge().calls['models.remove']({ id }));
}

/** Takes a file of the user's, or every model of a folder; how far it is shows on the card. */
export async function importModels(folder: boolean): Promise<void> {
  const reply = await attempt('', bridge().calls['models.import']({ link: false, folder }));
  if (reply === undefined) return;
  if (reply.ids.length > 0) show('here');
  const [problem] = reply.problems;
  if (problem === undefined) return;
  const error = { ...problem.error, message: `${problem.name}: ${problem.error.message}` };
  useModels.setState(({ problems }) => ({ problems: { ...problems, '': error } }));
}

/** Offers a repository that the user added no more. */
export async function forgetRepo(id: string, repo: string): Promise<void> {
  await attempt(id, bridge().calls['models.forgetRepo']({ repo }));
  await refresh();
}

/** True when they were taken. */
export async function setPreferences(preferences: Preferences): Promise<boolean> {
  const reply = await bridge().calls['models.setPreferences'](preferences);
  const { '': _gone, ...problems } = useModels.getState().problems;
  useModels.setState({ problems: reply.ok ? problems : { ...problems, '': reply.error } });
  await refresh();
  return reply.ok;
}

/** True when the repository holds a model. */
export async function addRepo(repo: string): Promise<boolean> {
  const found = await attempt('', bridge().calls['models.addRepo']({ repo }));
  if (found === undefined) return false;
  await refresh();
  useModels.setState({ search: found[0]?.maker ?? '' });
  return true;
}

/** Keeps the token, then tries the download again. False: it is known until the app ends only. */
export async function tryToken(id: string, token: string): Promise<boolean | undefined> {
  const kept = await attempt(id, bridge().calls['models.setToken']({ token }));
  if (kept === undefined) return undefined;
  await start(id, true);
  return kept.isKept;
}

export async function moveFolder(): Promise<void> {
  await attempt('', bridge().calls['models.moveFolder']({}));
  await refresh();
}

export async function setNetwork(on: boolean): Promise<void> {
  const { overview } = useModels.getState();
  // Shown as it was set at once; what core says next is the truth.
  if (overview !== undefined) {
    useModels.setState({ overview: { ...overview, network: { ...overview.network, on } } });
  }
  await attempt('', bridge().calls['models.setNetwork']({ on }));
  await refresh();
}

/** Waits for a reply; a failure is kept beside the model, and goes with the next try. */
async function attempt<T>(
  id: string,
  reply: Promise<{ ok: true; value: T } | { ok: false; error: ErrorInfo }>,
): Promise<T | undefined> {
  const { [id]: _gone, ...problems } = useModels.getState().problems;
  useModels.setState({ problems });
  const answer = await reply;
  if (answer.ok) return answer.value;
  useModels.setState({ problems: { ...problems, [id]: answer.error } });
  return undefined;
}

/** On the disk, whatever its state. */
export function isHere({ state }: ModelEntry): boolean {
  return ['ready', 'loading', 'loaded', 'failed'].includes(state.state);
}

/** On its way, running or not. */
export function isComing({ state }: ModelEntry): boolean {
  return ['queued', 'downloading', 'importing', 'verifying', 'paused'].includes(state.state);
}

/** How far the running download is, in percent; undefined where none runs. */
export function selectFetchedPercent({ overview }: ModelsState): number | undefined {
  const state = overview?.entries.find((entry) => entry.state.state === 'downloading')?.state;
  if (state?.state !== 'downloading') return undefined;
  return Math.floor((100 * state.receivedBytes) / Math.max(1, state.totalBytes));
}

/** The models of a shelf, or, whatever the shelf, those that a search finds. */
export function selectEntries({ overview, shelf, search, onlyFitting }: ModelsState): ModelEntry[] {
  const all = (overview?.entries ?? [])
    .filter((entry) => entry.runnable || isHere(entry))
    .filter((entry) => !onlyFitting || entry.fit === undefined || entry.fit.verdict === 'fits');
  const wanted = search.trim().toLowerCase();
  if (wanted !== '') {
    return all.filter((entry) =>
      [entry.id, entry.name, entry.maker, entry.task, entry.summary].some((text) =>
        text.toLowerCase().includes(wanted),
      ),
    );
  }
  if (isPanel(shelf)) return [];
  if (shelf === 'here') return all.filter((entry) => isHere(entry) || isComing(entry));
  if (shelf !== 'machine') return all.filter((entry) => entry.task === shelf);
  const forMachine = all.filter((entry) => entry.recommended || entry.chosen || isComing(entry));
  // What can be done comes first, then what is settled.
  return forMachine.sort(
    (a, b) => Number(a.chosen) - Number(b.chosen) || Number(b.task === 'chat') - Number(a.task === 'chat'),
  );
}
