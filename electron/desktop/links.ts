import { type BrowserWindow, dialog, shell } from 'electron';
import type { Reply } from '../../contract/client.ts';
import { calls } from '../../contract/tables.ts';
import { toHttps } from './https-address.ts';
import { translate } from './translations.ts';

/**
 * Opens an address in the system's browser after the user has seen all of it and agreed. Only https: any
 * other scheme may start a program.
 */
export async function openLink(
  window: BrowserWindow | null,
  input: unknown,
): Promise<Reply<{ opened: boolean }>> {
  const parsed = calls['links.open'].input.safeParse(input);
  const url = parsed.success ? toHttps(parsed.data.url) : undefined;
  if (url === undefined || window === null) {
    return { ok: false, error: { code: 'LINK_REFUSED', message: 'Only https links can be opened.' } };
  }
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    title: translate('dialog.openLink.title'),
    message: translate('dialog.openLink.message'),
    detail: url,
    buttons: [translate('dialog.openLink.cancel'), translate('dialog.openLink.open')],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  if (response !== 1) return { ok: true, value: { opened: false } };
  await shell.openExternal(url);
  return { ok: true, value: { opened: true } };
}
