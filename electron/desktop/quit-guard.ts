import { app, type BrowserWindow, dialog } from 'electron';
import type { Reply } from '../../contract/client.ts';
import type { Command } from '../../contract/commands.ts';
import { calls } from '../../contract/tables.ts';
import type { CoreHost } from './core-host.ts';
import { translate } from './translations.ts';

/** A core that does not answer by then has nothing more to say. */
const PATIENCE_MS = 3_000;

export interface QuitGuard {
  /** Nothing would be lost, or the user has agreed: windows may close. */
  readonly mayClose: boolean;
}

/** Before Sotto quits with chats that are in memory only, it asks, and offers to keep them. */
export function guardQuit(
  core: () => Pick<CoreHost, 'call'> | undefined,
  window: { show: () => BrowserWindow; run: (command: Command) => void },
): QuitGuard {
  let mayClose = false;
  let isAsking = false;
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    const choice = await choose(core, window.show).catch(() => 'quit' as const);
    isAsking = false;
    if (choice === 'keep') window.run('setPassphrase');
    if (choice !== 'quit') return;
    mayClose = true;
    app.quit();
  };
  app.on('before-quit', (event) => {
    if (mayClose) return;
    event.preventDefault();
    void ask();
  });
  return {
    get mayClose() {
      return mayClose;
    },
  };
}

async function choose(
  core: () => Pick<CoreHost, 'call'> | undefined,
  show: () => BrowserWindow,
): Promise<'quit' | 'keep' | 'stay'> {
  const unkept = await readUnkept(core());
  if (unkept === undefined || unkept.chats + unkept.transcripts === 0) return 'quit';
  const choices = unkept.canKeep ? (['keep', 'quit', 'stay'] as const) : (['quit', 'stay'] as const);
  const { response } = await dialog.showMessageBox(show(), {
    type: 'warning',
    title: translate('dialog.quit.title'),
    message: translate('dialog.quit.message'),
    detail: translate(`dialog.quit.${unkept.canKeep ? 'detail' : 'detailProblem'}`),
    buttons: choices.map((one) => translate(`dialog.quit.${one}`)),
    defaultId: unkept.canKeep ? 0 : 1,
    cancelId: choices.length - 1,
    noLink: true,
  });
  return choices[response] ?? 'stay';
}

async function readUnkept(core: Pick<CoreHost, 'call'> | undefined) {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS).unref());
  const reply = (await Promise.race([core?.call('storage.unkept', undefined), late])) as
    | Reply<unknown>
    | undefined;
  if (reply?.ok !== true) return undefined;
  return calls['storage.unkept'].output.parse(reply.value);
}
