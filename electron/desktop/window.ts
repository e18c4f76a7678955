import { app, BrowserWindow, nativeImage, nativeTheme } from 'electron';
import { createRestartBudget } from '../../core/process/restart-budget.ts';
import icon from '../icons/window.png?inline';
import { APP_URL } from './app-files.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

/** The page's own background in each theme, so that no white flash shows before it is drawn. */
const BACKGROUND = { light: '#f6f5f2', dark: '#121312' };

/** Opens the one window of the app. */
export function openWindow(preload: string): BrowserWindow {
  const state = readWindowState();
  const { x, y, width = 1280, height = 800 } = state ?? {};
  const window = new BrowserWindow({
    width,
    height,
    ...(x === undefined || y === undefined ? {} : { x, y }),
    minWidth: 480,
    minHeight: 400,
    title: app.getName(),
    // Windows and a packaged Mac take the app's own.
    ...(process.platform === 'linux' ? { icon: nativeImage.createFromDataURL(icon) } : {}),
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => {
    if (state?.isMaximized === true) window.maximize();
    window.show();
  });
  if (state !== undefined) {
    window.webContents.once('did-finish-load', () => window.webContents.setZoomLevel(state.zoom));
  }
  keepWindowState(window);
  revive(window);
  void window.loadURL(APP_URL);
  return window;
}

/** A page that dies, for want of memory or with its graphics process, is loaded anew: core has kept what counts. */
function revive(window: BrowserWindow): void {
  const budget = createRestartBudget();
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    budget.died();
    if (reason !== 'clean-exit' && budget.left && !window.isDestroyed()) window.webContents.reload();
  });
}
