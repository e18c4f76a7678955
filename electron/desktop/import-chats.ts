import { type BrowserWindow, dialog } from 'electron';
import type { Reply } from '../../contract/client.ts';
import type { CoreHost } from './core-host.ts';

/** Asks the user for the export of another program, then has core take it: the page never names a path. */
export async function importChats(
  window: BrowserWindow | null,
  core: Pick<CoreHost, 'call'>,
): Promise<Reply<unknown>> {
  if (window === null) {
    return { ok: false, error: { code: 'REQUEST_INVALID', message: 'The request was refused.' } };
  }
  const chosen = await dialog.showOpenDialog(window, {
    properties: ['openFile'],
    filters: [{ name: 'JSON', extensions: ['json'] }],
  });
  const [path] = chosen.filePaths;
  if (chosen.canceled || path === undefined) return { ok: true, value: {} };
  return core.call('chats.import', { path });
}
