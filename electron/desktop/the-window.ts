import { app, BrowserWindow } from 'electron';
import type { Command } from '../../contract/commands.ts';
import { openWindow } from './window.ts';

/** The one window, which may be open, hidden or gone. */
export interface TheWindow {
  /** In front, whatever it was. */
  show(): BrowserWindow;
  /** Has the page do something, in front. */
  run(command: Command): void;
}

export interface ClosingRules {
  /** Whether the window is only hidden when it is closed: its page goes on with what it does. */
  staysAfterClosing: () => boolean;
  /** Whether nothing is lost with it. */
  mayClose: () => boolean;
}

export function createTheWindow(preload: string, { staysAfterClosing, mayClose }: ClosingRules): TheWindow {
  const open = () => {
    const window = openWindow(preload);
    window.on('close', (event) => {
      if (mayClose()) return;
      event.preventDefault();
      if (staysAfterClosing()) window.hide();
      // With the last window goes what is in memory only: it is asked for first.
      else app.quit();
    });
    return window;
  };
  const show = () => {
    const [there] = BrowserWindow.getAllWindows();
    if (there === undefined) return open();
    if (there.isMinimized()) there.restore();
    there.show();
    there.focus();
    return there;
  };
  const run = (command: Command) => {
    const { webContents } = show();
    const send = () => webContents.send('broadcast:window.command', command);
    if (webContents.isLoading()) webContents.once('did-finish-load', send);
    else send();
  };
  return { show, run };
}
