import { type BrowserWindow, dialog } from 'electron';
import type { Reply } from '../../contract/client.ts';
import { calls } from '../../contract/tables.ts';
import type { CoreHost } from './core-host.ts';

/** Asks the user for a model file, then has core take it: the page never names a path. */
export async function importModel(
  window: BrowserWindow | null,
  input: unknown,
  core: Pick<CoreHost, 'call'>,
): Promise<Reply<unknown>> {
  const parsed = calls['models.import'].input.safeParse(input);
  if (!parsed.success || window === null) {
    return { ok: false, error: { code: 'REQUEST_INVALID', message: 'The request was refused.' } };
  }
  const chosen = await dialog.showOpenDialog(
    window,
    parsed.data.folder
      ? { properties: ['openDirectory'] }
      : { properties: ['openFile'], filters: [{ name: 'LiteRT', extensions: ['litertlm', 'tflite'] }] },
  );
  const [path] = chosen.filePaths;
  if (chosen.canceled || path === undefined) return { ok: true, value: { ids: [], problems: [] } };
  return core.call('models.import', { ...parsed.data, path });
}
