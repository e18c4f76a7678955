import { Menu, type MenuItemConstructorOptions } from 'electron';
import { translate } from './translations.ts';

/** Every item by role, so that each system's own keys and wording for accessibility apply. */
export function installMenu(development: boolean): void {
  const item = (key: string, role: MenuItemConstructorOptions['role']): MenuItemConstructorOptions =>
    role === undefined ? {} : { label: translate(`menu.${key}`), role };
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const mac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    { label: translate('menu.file'), submenu: [mac ? item('close', 'close') : item('quit', 'quit')] },
    {
      label: translate('menu.edit'),
      submenu: [
        item('undo', 'undo'),
        item('redo', 'redo'),
        separator,
        item('cut', 'cut'),
        item('copy', 'copy'),
        item('paste', 'paste'),
        item('selectAll', 'selectAll'),
      ],
    },
    {
      label: translate('menu.view'),
      submenu: [
        item('resetZoom', 'resetZoom'),
        item('zoomIn', 'zoomIn'),
        item('zoomOut', 'zoomOut'),
        separator,
        item('fullscreen', 'togglefullscreen'),
        ...(development ? [separator, item('reload', 'reload'), { role: 'toggleDevTools' } as const] : []),
      ],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
