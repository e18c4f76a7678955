import { BrowserWindow, ipcMain, type MessagePortMain } from 'electron';
import type { Reply } from '../../contract/client.ts';
import { broadcastNames, callNames, streamNames } from '../../contract/names.ts';
import { isPlainMessage } from '../../core/message-check.ts';
import { moveModelsFolder } from './choose-folder.ts';
import type { CoreHost } from './core-host.ts';
import { importChats } from './import-chats.ts';
import { importModel } from './import-model.ts';
import { openLink } from './links.ts';
import { renewPage } from './renew-page.ts';
import { saveChatPdf, saveFile, saveRecording } from './save-file.ts';
import { isTrustedSender } from './security.ts';
import { setPreferences } from './set-preferences.ts';
import { stayAwake } from './stay-awake.ts';
import { setToken } from './token-store.ts';

const REFUSED: Extract<Reply<unknown>, { ok: false }> = {
  ok: false,
  error: { code: 'REQUEST_INVALID', message: 'The request was refused.' },
};

/** Opens one channel for each row of the contract, and no other. */
export function serveContract(core: CoreHost): void {
  for (const name of callNames) {
    ipcMain.handle(`call:${name}`, async (event, input: unknown) => {
      if (!isTrustedSender(event) || !isPlainMessage(input)) return REFUSED;
      const window = BrowserWindow.fromWebContents(event.sender);
      if (name === 'links.open') return openLink(window, input);
      if (name === 'system.renewPage') return renewPage(event.sender, input);
      if (name === 'system.stayAwake') return stayAwake(event.sender, input);
      if (name === 'recordings.save') return saveRecording(window, input, core);
      if (name === 'models.moveFolder') return moveModelsFolder(window, core);
      if (name === 'models.setToken') return setToken(input, core);
      if (name === 'models.setPreferences') return setPreferences(window, input, core);
      if (name === 'models.import') return importModel(window, input, core);
      if (name === 'chats.import') return importChats(window, core);
      if (name === 'chats.savePdf') return saveChatPdf(window, input, core);
      if (name === 'files.save') return saveFile(window, input);
      return core.call(name, input);
    });
  }
  for (const name of streamNames) {
    ipcMain.on(`open:${name}`, (event, input: unknown) => {
      const port: MessagePortMain | undefined = event.ports[0];
      if (port === undefined) return;
      if (!isTrustedSender(event)) port.close();
      else if (isPlainMessage(input)) core.open(name, input, port);
      else {
        port.postMessage({ type: 'failed', error: REFUSED.error });
        port.close();
      }
    });
  }
  core.onBroadcast((name, value) => {
    if (!(broadcastNames as readonly string[]).includes(name)) return;
    for (const window of BrowserWindow.getAllWindows()) {
      if (!window.webContents.isDestroyed()) window.webContents.send(`broadcast:${name}`, value);
    }
  });
}
