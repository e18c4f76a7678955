import { create } from 'zustand';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type { StorageStatus } from '../../../contract/history.ts';
import { bridge } from '../../api/bridge.ts';

interface StorageState {
  status: StorageStatus | undefined;
  /** Why a passphrase was not taken. */
  problem: ErrorInfo | undefined;
  isWorking: boolean;
  /** Settings show the form for a passphrase. */
  asksPassphrase: boolean;
  /** A new page is about to take the place of this one. */
  isLeaving: boolean;
}

/** Whether chats are kept, and whether they are open. */
export const useStorage = create<StorageState>()(() => ({
  status: undefined,
  problem: undefined,
  isWorking: false,
  asksPassphrase: false,
  isLeaving: false,
}));

export function askPassphrase(asksPassphrase: boolean): void {
  useStorage.setState({ asksPassphrase });
}

/** Follows core. Returns the function that ends that. */
export function connectStorage(): () => void {
  const stop = bridge().broadcasts['storage.status']((status) => useStorage.setState({ status }));
  void bridge()
    .calls['storage.status'](undefined)
    .then((reply) => reply.ok && useStorage.setState({ status: reply.value }));
  return stop;
}

export const unlock = (passphrase: string) => attempt(bridge().calls['storage.unlock']({ passphrase }));

/** True when it was set. */
export const setPassphrase = (passphrase: string, current?: string) =>
  attempt(
    bridge().calls['storage.setPassphrase']({ passphrase, ...(current === undefined ? {} : { current }) }),
  );

export const lock = () => attempt(bridge().calls['storage.lock'](undefined));
/** The newest backup, or the one of that name. */
export const restoreBackup = (name?: string) =>
  attempt(bridge().calls['storage.restore'](name === undefined ? {} : { name }));
export const backUp = () => attempt(bridge().calls['storage.backUp'](undefined));

export function forgetProblem(): void {
  useStorage.setState({ problem: undefined });
}

async function attempt(reply: Promise<{ ok: true } | { ok: false; error: ErrorInfo }>): Promise<boolean> {
  useStorage.setState({ isWorking: true, problem: undefined });
  const answer = await reply;
  useStorage.setState({ isWorking: false, problem: answer.ok ? undefined : answer.error });
  return answer.ok;
}
