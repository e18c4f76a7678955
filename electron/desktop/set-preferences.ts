import { type BrowserWindow, dialog } from 'electron';
import type { Reply } from '../../contract/client.ts';
import type { ErrorInfo } from '../../contract/errors.ts';
import type { Preferences } from '../../contract/library.ts';
import { toErrorInfo } from '../../core/errors.ts';
import { originOf } from '../../core/models/hub/access-token.ts';
import { readPreferences } from '../../core/models/preferences.ts';
import type { CoreHost } from './core-host.ts';
import { readHubOrigin } from './hub-in-use.ts';
import { translate } from './translations.ts';

/** While one question is open, no other is put: a page cannot bury the user in them. */
let isAsking = false;

/** Has core keep the preferences. A mirror on another host must be agreed to by the user: the page alone sets none. */
export async function setPreferences(
  window: BrowserWindow | null,
  input: unknown,
  core: Pick<CoreHost, 'call'>,
): Promise<Reply<unknown>> {
  let preferences: Preferences;
  try {
    preferences = readPreferences(input);
  } catch (cause) {
    return { ok: false, error: toErrorInfo(cause) };
  }
  if (preferences.hub !== undefined) {
    const inUse = await readHubOrigin(core);
    const isKnown = inUse.ok && originOf(preferences.hub) === inUse.value;
    if (!isKnown && !(await isAgreedTo(preferences.hub, window))) return { ok: false, error: refused() };
  }
  // What was read, not what was given: core sets the very address that the user saw.
  return core.call('models.setPreferences', preferences);
}

function refused(): ErrorInfo {
  return {
    code: 'MIRROR_REFUSED',
    message: translate('errors.MIRROR_REFUSED.title'),
    hint: translate('errors.MIRROR_REFUSED.hint'),
  };
}

async function isAgreedTo(address: string, window: BrowserWindow | null): Promise<boolean> {
  if (window === null || isAsking) return false;
  isAsking = true;
  try {
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      title: translate('dialog.mirror.title'),
      message: translate('dialog.mirror.message', { host: new URL(address).host }),
      detail: translate('dialog.mirror.detail'),
      buttons: [translate('dialog.mirror.cancel'), translate('dialog.mirror.use')],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    return response === 1;
  } finally {
    isAsking = false;
  }
}
