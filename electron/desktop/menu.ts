import { Menu, type MenuItemConstructorOptions } from 'electron';
import { type AppSettings, SHORTCUTS, type ShortcutName } from '../../contract/app-settings.ts';
import type { Command } from '../../contract/commands.ts';
import { translate } from './translations.ts';

type Item = MenuItemConstructorOptions;
type Role = NonNullable<Item['role']>;

export interface MenuOptions {
  isDevelopment: boolean;
  platform: NodeJS.Platform;
  /** Those that the user has changed. */
  shortcuts: AppSettings['shortcuts'];
  run: (command: Command) => void;
}

const SEPARATOR: Item = { type: 'separator' };

/** The menus of this system. What a system has a role for goes by it, so that its own keys and wording apply. */
export function installMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}

export function menuTemplate({ isDevelopment, platform, shortcuts, run }: MenuOptions): Item[] {
  const isMac = platform === 'darwin';
  const byRole = (key: string, role: Role): Item => ({ label: translate(`menu.${key}`), role });
  const does = (label: string, command: Command, keys?: ShortcutName): Item => ({
    label: translate(label),
    click: () => run(command),
    ...(keys === undefined
      ? {}
      : {
          accelerator: (shortcuts[keys] ?? SHORTCUTS[keys]).replace('Mod+', 'CmdOrCtrl+'),
          // Shown here, and heard by the page, which knows what they mean where one is.
          registerAccelerator: false,
        }),
  });
  const settings = does('menu.settings', 'settings', 'settings');
  const file: Item[] = [
    does('chat.new', 'newChat', 'newItem'),
    does('palette.transcribeFiles', 'newRecording'),
    does('palette.actions.record', 'record', 'record'),
    SEPARATOR,
    does('history.import', 'import'),
    SEPARATOR,
    does('menu.passphrase', 'setPassphrase'),
    does('palette.actions.lock', 'lock', 'lock'),
    ...(isMac ? [SEPARATOR, byRole('close', 'close')] : [settings, SEPARATOR, byRole('quit', 'quit')]),
  ];
  const edit: Item[] = [
    byRole('undo', 'undo'),
    byRole('redo', 'redo'),
    SEPARATOR,
    byRole('cut', 'cut'),
    byRole('copy', 'copy'),
    byRole('paste', 'paste'),
    byRole('selectAll', 'selectAll'),
    SEPARATOR,
    does('palette.actions.palette', 'palette', 'palette'),
    does('palette.actions.searchAll', 'searchAll', 'searchAll'),
  ];
  const view: Item[] = [
    ...(['chat', 'transcribe', 'models', 'personas'] as const).map((place) =>
      does(`places.${place}`, place, place),
    ),
    SEPARATOR,
    byRole('resetZoom', 'resetZoom'),
    byRole('zoomIn', 'zoomIn'),
    byRole('zoomOut', 'zoomOut'),
    SEPARATOR,
    byRole('fullscreen', 'togglefullscreen'),
    ...(isDevelopment ? [SEPARATOR, byRole('reload', 'reload'), { role: 'toggleDevTools' } as const] : []),
  ];
  const app: Item[] = [
    byRole('about', 'about'),
    SEPARATOR,
    settings,
    SEPARATOR,
    byRole('services', 'services'),
    SEPARATOR,
    byRole('hide', 'hide'),
    byRole('hideOthers', 'hideOthers'),
    byRole('unhide', 'unhide'),
    SEPARATOR,
    byRole('quit', 'quit'),
  ];
  return [
    ...(isMac ? [{ role: 'appMenu', submenu: app } as const] : []),
    { label: translate('menu.file'), submenu: file },
    { label: translate('menu.edit'), submenu: edit },
    { label: translate('menu.view'), submenu: view },
    ...(isMac ? [{ label: translate('menu.window'), role: 'windowMenu' } as const] : []),
  ];
}
