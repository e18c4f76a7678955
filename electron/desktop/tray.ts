import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { Command } from '../../contract/commands.ts';
import type { EngineStatus } from '../../contract/engine.ts';
import type { StorageStatus } from '../../contract/history.ts';
import colourIcon from '../icons/tray.png?inline';
import templateIcon from '../icons/tray-template.png?inline';
import type { CoreHost } from './core-host.ts';
import { translate } from './translations.ts';

export interface TrayState {
  engine: EngineStatus['state'];
  storage: Pick<StorageStatus, 'state' | 'hasPassphrase'> | undefined;
}

export interface TrayActions {
  open: () => void;
  /** Shows the window, then has the page do it. */
  run: (command: Command) => void;
  /** Works without the window. */
  lock: () => void;
  quit: () => void;
}

/** Points of a menu bar's picture on a Mac; the file has twice as many pixels. */
const MAC_SCALE = 2;

export interface TrayHost {
  /** There while the user wants it. */
  set(isWanted: boolean): void;
  /** Words are in another language. */
  refresh(): void;
  /** There is one, so that a closed window can be had again. */
  readonly isThere: boolean;
}

/** Sotto beside the clock: what it does, and the way back to its window. */
export function createTrayHost(core: Pick<CoreHost, 'onBroadcast'>, actions: TrayActions): TrayHost {
  let tray: Tray | undefined;
  const state: TrayState = { engine: 'idle', storage: undefined };
  const refresh = () => {
    tray?.setToolTip(`Sotto: ${stateText(state)}`);
    tray?.setContextMenu(Menu.buildFromTemplate(trayTemplate(state, actions)));
  };
  core.onBroadcast((name, value) => {
    if (name === 'engine.status') state.engine = (value as EngineStatus).state;
    else if (name === 'storage.status') state.storage = value as StorageStatus;
    else return;
    refresh();
  });
  return {
    set: (isWanted) => {
      if (isWanted === (tray !== undefined)) return;
      if (isWanted) {
        tray = new Tray(trayIcon());
        tray.on('click', actions.open);
        refresh();
      } else {
        tray?.destroy();
        tray = undefined;
      }
    },
    refresh,
    get isThere() {
      return tray !== undefined;
    },
  };
}

export function trayTemplate(state: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  const { storage } = state;
  const isLocked = storage?.state === 'locked';
  const canLock = storage?.state === 'open' && storage.hasPassphrase;
  const does = (key: string, click: () => void) => ({ label: translate(key), click });
  return [
    { label: stateText(state), enabled: false },
    { type: 'separator' },
    does('tray.open', actions.open),
    // Behind the lock there is nothing to do but to open it.
    ...(isLocked
      ? []
      : [
          does('chat.new', () => actions.run('newChat')),
          does('palette.actions.record', () => actions.run('record')),
        ]),
    ...(canLock ? [does('palette.actions.lock', actions.lock)] : []),
    { type: 'separator' },
    does('menu.quit', actions.quit),
  ];
}

function stateText({ engine, storage }: TrayState): string {
  return translate(`tray.${storage?.state === 'locked' ? 'locked' : engine}`);
}

function trayIcon(): Electron.NativeImage {
  if (process.platform !== 'darwin') return nativeImage.createFromDataURL(colourIcon);
  const data = Buffer.from(templateIcon.split(',')[1] ?? '', 'base64');
  const icon = nativeImage.createFromBuffer(data, { scaleFactor: MAC_SCALE });
  icon.setTemplateImage(true);
  return icon;
}
