import { join } from 'node:path';
import { app, type BrowserWindow, type Rectangle, screen } from 'electron';
import { z } from 'zod';
import { writeOwnSync } from '../../core/system/own-file.ts';
import { readOwnTextSync } from '../../core/system/regular-file.ts';

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(480).max(20_000),
  height: z.int().min(400).max(20_000),
  isMaximized: z.boolean(),
  zoom: z.number().min(-5).max(9),
});
export type WindowState = z.infer<typeof stateSchema>;

const path = () => join(app.getPath('userData'), 'window.json');
const SAVE_AFTER_MS = 500;

/** Where the window was, if there is still a screen. */
export function readWindowState(): WindowState | undefined {
  try {
    const state = stateSchema.parse(JSON.parse(readOwnTextSync(path())));
    return isOnAScreen(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Its title must be within reach. */
function isOnAScreen({ x, y, width }: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const overlap = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    return overlap > 100 && y >= workArea.y && y < workArea.y + workArea.height - 40;
  });
}

/** Keeps where the window is, and how large its words are. */
export function keepWindowState(window: BrowserWindow): void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    clearTimeout(timer);
    if (window.isDestroyed()) return;
    const zoom = window.webContents.getZoomLevel();
    const state: WindowState = { ...window.getNormalBounds(), isMaximized: window.isMaximized(), zoom };
    try {
      // At once: the app may be on its way out.
      writeOwnSync(path(), JSON.stringify(state));
    } catch {
      // Not worth an error: the next window opens in the middle.
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('close', save);
}
