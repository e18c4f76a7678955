/** The desktop host: one window, the hardening, and the line to core. */
import { app, session } from 'electron';
import type { Reply } from '../contract/client.ts';
import type { RecordingBytes } from '../contract/recording.ts';
import { readAppPaths } from './desktop/app-paths.ts';
import { registerAppScheme, serveApp } from './desktop/app-protocol.ts';
import { lockWhenLeft } from './desktop/auto-lock.ts';
import { type CoreHost, createCoreHost } from './desktop/core-host.ts';
import { followSettings } from './desktop/follow-settings.ts';
import { answerCore } from './desktop/host-answers.ts';
import { serveContract } from './desktop/ipc.ts';
import { installMenu } from './desktop/menu.ts';
import { guardQuit } from './desktop/quit-guard.ts';
import { hardenContents, hardenSession } from './desktop/security.ts';
import { startCore } from './desktop/start-core.ts';
import { createTheWindow } from './desktop/the-window.ts';
import { createTrayHost, type TrayHost } from './desktop/tray.ts';

// As root (tests, containers) Chromium can only run without it; the start script says so then.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
// Hints to look up a name, and WebRTC, go past the session's proxy: Chromium finds no name at all. Downloads are core's.
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
// It would join a group of the local network to announce itself.
app.commandLine.appendSwitch('disable-features', 'WebRtcHideLocalIpsWithMdns');
registerAppScheme();
hardenContents();
if (process.env.SOTTO_USER_DATA !== undefined) app.setPath('userData', process.env.SOTTO_USER_DATA);

if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  void app.whenReady().then(start);
}

const NOT_YET = { ok: false, error: { code: 'REQUEST_INVALID', message: 'Core has not started yet.' } };

function start(): void {
  const paths = readAppPaths();
  hardenSession(session.defaultSession);
  let core: CoreHost | undefined;
  serveApp(session.defaultSession, paths.renderer, async (name, piece) => {
    const reply = await core?.call(name, piece);
    return (reply ?? NOT_YET) as Reply<RecordingBytes>;
  });
  let tray: TrayHost | undefined;
  const isMac = process.platform === 'darwin';
  const window = createTheWindow(paths.preload, {
    staysAfterClosing: () => isMac || tray?.isThere === true,
    mayClose: () => guard.mayClose,
  });
  const guard = guardQuit(() => core, window);
  const menu = { isDevelopment: !app.isPackaged, platform: process.platform, run: window.run };
  installMenu({ ...menu, shortcuts: {} });
  window.show();
  // After the window is on its way: core and engine start while the page is drawn.
  core = createCoreHost(() => startCore(paths), answerCore);
  serveContract(core);
  const { setMinutes, lock } = lockWhenLeft(core);
  tray = createTrayHost(core, { open: window.show, run: window.run, lock, quit: () => app.quit() });
  followSettings(core, ({ lockMinutes, shortcuts, tray: isWanted }) => {
    setMinutes(lockMinutes);
    installMenu({ ...menu, shortcuts });
    tray?.set(isWanted);
    tray?.refresh();
  });
  app.on('second-instance', window.show);
  app.on('activate', window.show);
  app.on('will-quit', () => core?.dispose());
}
