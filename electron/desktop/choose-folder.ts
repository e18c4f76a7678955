import { type BrowserWindow, dialog } from 'electron';
import type { Reply } from '../../contract/client.ts';
import type { CoreHost } from './core-host.ts';

/** Asks the user for a folder, then has core move the models there: the page never names a path. */
export async function moveModelsFolder(
  window: BrowserWindow | null,
  core: Pick<CoreHost, 'call'>,
): Promise<Reply<unknown>> {
  if (window === null) {
    return { ok: false, error: { code: 'REQUEST_INVALID', message: 'The request was refused.' } };
  }
  const chosen = await dialog.showOpenDialog(window, { properties: ['openDirectory', 'createDirectory'] });
  const [path] = chosen.filePaths;
  if (chosen.canceled || path === undefined) return { ok: true, value: { moved: false } };
  return core.call('models.moveFolder', { path });
}
