import type { MenuItemConstructorOptions as Item } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { commandSchema } from '../../../contract/commands.ts';
import { type MenuOptions, menuTemplate } from '../../../electron/desktop/menu.ts';
import { type TrayActions, type TrayState, trayTemplate } from '../../../electron/desktop/tray.ts';

vi.mock('electron', () => ({ app: {}, Menu: {}, Tray: class {}, nativeImage: {} }));

const itemsOf = (items: Item[]): Item[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);

const press = (item: Item | undefined) => item?.click?.({} as never, undefined, {} as never);

function menuOf(change: Partial<MenuOptions> = {}) {
  const run = vi.fn();
  const template = menuTemplate({ isDevelopment: false, platform: 'linux', shortcuts: {}, run, ...change });
  return { run, template, items: itemsOf(template) };
}

describe('the menus', () => {
  it.each(['linux', 'win32', 'darwin'] as const)('of %s have every command, in words', (platform) => {
    const { run, items } = menuOf({ platform });
    for (const item of items) press(item);
    const commands = run.mock.calls.map(([command]) => command);
    expect([...commands].sort()).toEqual([...commandSchema.options].sort());
    for (const { label, type } of items) {
      // A key that has no words is shown as it is.
      if (type !== 'separator') expect(label ?? 'by role').not.toMatch(/^[a-z]+\.[a-zA-Z.]+$/);
    }
  });

  it('are arranged as each system has them', () => {
    const mac = menuOf({ platform: 'darwin' }).template;
    expect(mac.map(({ role, label }) => role ?? label)).toEqual([
      'appMenu',
      'File',
      'Edit',
      'View',
      'windowMenu',
    ]);
    const own = itemsOf([mac[0] as Item]).map(({ role, label }) => role ?? label);
    expect(own).toContain('Settings…');
    expect(own.at(-1)).toBe('quit');
    const { template } = menuOf({ platform: 'win32' });
    expect(template.map(({ label }) => label)).toEqual(['File', 'Edit', 'View']);
    expect(itemsOf([template[0] as Item]).at(-1)?.role).toBe('quit');
  });

  it('show the user’s keys and leave them to the page', () => {
    const { items } = menuOf({ shortcuts: { newItem: 'Mod+Shift+Y' } });
    const item = items.find(({ label }) => label === 'New chat');
    expect(item).toMatchObject({ accelerator: 'CmdOrCtrl+Shift+Y', registerAccelerator: false });
    expect(items.find(({ label }) => label === 'Record')).toMatchObject({ accelerator: 'CmdOrCtrl+R' });
    expect(
      items.filter(({ accelerator, registerAccelerator }) => accelerator && registerAccelerator !== false),
    ).toEqual([]);
  });

  it('have tools for developers only where there are developers', () => {
    const hasTools = (isDevelopment: boolean) =>
      menuOf({ isDevelopment }).items.some(({ role }) => role === 'toggleDevTools' || role === 'reload');
    expect(hasTools(true)).toBe(true);
    expect(hasTools(false)).toBe(false);
  });
});

describe('the tray', () => {
  const actions = (): TrayActions => ({ open: vi.fn(), run: vi.fn(), lock: vi.fn(), quit: vi.fn() });
  const labels = (state: TrayState) =>
    trayTemplate(state, actions())
      .map(({ label }) => label)
      .filter(Boolean);

  it('says what Sotto does, and what can be done', () => {
    expect(labels({ engine: 'ready', storage: { state: 'memory', hasPassphrase: false } })).toEqual([
      'Ready to answer',
      'Open Sotto',
      'New chat',
      'Record',
      'Quit',
    ]);
    expect(labels({ engine: 'loading', storage: { state: 'open', hasPassphrase: true } })).toEqual([
      'A model is being loaded',
      'Open Sotto',
      'New chat',
      'Record',
      'Lock Sotto',
      'Quit',
    ]);
  });

  it('offers nothing behind the lock, and locks only what a passphrase opens', () => {
    expect(labels({ engine: 'ready', storage: { state: 'locked', hasPassphrase: true } })).toEqual([
      'Locked',
      'Open Sotto',
      'Quit',
    ]);
    expect(labels({ engine: 'idle', storage: { state: 'open', hasPassphrase: false } })).not.toContain(
      'Lock Sotto',
    );
  });

  it('does what it says', () => {
    const does = actions();
    const items = trayTemplate({ engine: 'ready', storage: { state: 'open', hasPassphrase: true } }, does);
    for (const item of items) press(item);
    expect(does.open).toHaveBeenCalledOnce();
    expect(vi.mocked(does.run).mock.calls).toEqual([['newChat'], ['record']]);
    expect(does.lock).toHaveBeenCalledOnce();
    expect(does.quit).toHaveBeenCalledOnce();
  });
});
