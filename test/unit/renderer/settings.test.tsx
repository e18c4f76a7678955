// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import i18next from 'i18next';
import { afterEach, describe, expect, it } from 'vitest';
import { findActions, listActions } from '../../../renderer/features/palette/actions.ts';
import { fakeSettings } from '../../support/fake-replies.ts';
import { closePage, openPage, type Page, question } from './page.tsx';

afterEach(async () => {
  await i18next.changeLanguage('en');
  closePage();
});

const press = (key: string, more: KeyboardEventInit = {}) =>
  act(async () => {
    fireEvent.keyDown(document.body, { key, ctrlKey: true, ...more });
  });
const changed = (page: Page) => page.core.called.findLast(({ name }) => name === 'settings.change')?.input;
const openSettings = async (prepare?: Parameters<typeof openPage>[0]) => {
  const page = await openPage(prepare);
  await press(',');
  return page;
};

describe('settings', () => {
  it('open with their keys, and say what is to be changed', async () => {
    const page = await openSettings();
    expect(screen.getByTestId('place-settings').getAttribute('aria-current')).toBe('page');
    await page.user.selectOptions(screen.getByTestId('setting-app-theme'), 'dark');
    expect(changed(page)).toEqual({ theme: 'dark' });
    await page.user.selectOptions(screen.getByTestId('setting-app-lockMinutes'), '5');
    expect(changed(page)).toEqual({ lockMinutes: 5 });
  });

  it('change every word of the window at once, and its contrast', async () => {
    const page = await openSettings();
    await act(async () =>
      page.core.tell('settings.changed', fakeSettings({ language: 'de', contrast: 'more' })),
    );
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Einstellungen' })).toBeTruthy());
    expect(document.documentElement.lang).toBe('de');
    expect(document.documentElement.dataset.contrast).toBe('more');
    await act(async () => page.core.tell('settings.changed', fakeSettings({ language: 'en' })));
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Settings' })).toBeTruthy());
  });

  it('give an action other keys, which hold then instead of the usual ones', async () => {
    const page = await openSettings();
    await page.user.click(screen.getByTestId('keys-personas'));
    const button = screen.getByTestId('keys-personas');
    await act(async () => void fireEvent.keyDown(button, { key: 'k', ctrlKey: true }));
    expect(screen.getByTestId('keys-taken').textContent).toContain('Find an action');
    expect(changed(page)).toBeUndefined();
    await act(async () => void fireEvent.keyDown(button, { key: 'P', ctrlKey: true, shiftKey: true }));
    expect(changed(page)).toEqual({ shortcuts: { personas: 'Mod+Shift+P' } });
    await press('4');
    expect(screen.getByTestId('place-settings').getAttribute('aria-current')).toBe('page');
    await press('P', { shiftKey: true });
    expect(screen.getByTestId('place-personas').getAttribute('aria-current')).toBe('page');
  });
});

describe('the palette', () => {
  it('has what can be done now, and does what is chosen', async () => {
    const page = await openPage((core) => core.hold([question('q', 'Q')]));
    await press('k');
    await page.user.type(screen.getByTestId('palette'), 'go mod');
    expect(screen.getAllByRole('option').map((one) => one.textContent)).toEqual(['Go to ModelsCtrl+3']);
    await page.user.keyboard('{Enter}');
    expect(screen.queryByTestId('palette')).toBeNull();
    expect(screen.getByTestId('place-models').getAttribute('aria-current')).toBe('page');
  });

  it('offers to lock only where there is a passphrase, and to export only where there is a chat', async () => {
    const page = await openPage();
    const ids = () => listActions().map(({ id }) => id);
    expect(ids()).not.toContain('lock');
    expect(ids()).not.toContain('export-pdf');
    page.core.hold([question('q', 'Q')]);
    await act(async () => page.core.tell('storage.status', { state: 'locked', hasPassphrase: true }));
    await act(async () => page.core.tell('storage.status', { state: 'open', hasPassphrase: true }));
    await waitFor(() => expect(ids()).toContain('export-pdf'));
    expect(ids()).toContain('lock');
  });

  it('goes through the list with the arrows, round both ends, and closes with Escape', async () => {
    const page = await openPage();
    await press('k');
    const chosen = () => screen.getAllByRole('option', { selected: true }).map((one) => one.dataset.testid);
    const first = chosen();
    await page.user.keyboard('{ArrowDown}');
    expect(chosen()).not.toEqual(first);
    await page.user.keyboard('{ArrowUp}{ArrowUp}');
    expect(chosen()).toEqual([screen.getAllByRole('option').at(-1)?.dataset.testid]);
    await page.user.keyboard('{Escape}');
    expect(screen.queryByTestId('palette')).toBeNull();
  });

  it('finds by all of the words, in any order', () => {
    const action = (name: string) => ({ id: name, name, run: () => undefined });
    const all = ['Export as PDF', 'Export as HTML', 'Record'].map(action);
    expect(findActions(all, 'pdf EXPORT').map(({ name }) => name)).toEqual(['Export as PDF']);
    expect(findActions(all, '')).toHaveLength(3);
    expect(findActions(all, 'nothing')).toEqual([]);
  });
});

describe('the first steps', () => {
  it('come once, can be left out, and lead to a model', async () => {
    const first = await openPage();
    await act(async () => first.core.tell('settings.changed', fakeSettings({ hasStarted: false })));
    expect(screen.getByTestId('first-steps').textContent).toContain('1 of 3');
    await first.user.click(screen.getByTestId('skip-steps'));
    expect(changed(first)).toEqual({ hasStarted: true });
    expect(screen.queryByTestId('first-steps')).toBeNull();
  });

  it('set the passphrase that was typed before they end, and stay where it is refused', async () => {
    const page = await openPage();
    await act(async () => {
      page.core.tell('settings.changed', fakeSettings({ hasStarted: false }));
      page.core.tell('storage.status', { state: 'memory', hasPassphrase: false });
    });
    await page.user.click(screen.getByTestId('next-step'));
    await page.user.click(screen.getByTestId('next-step'));
    await page.user.type(screen.getByTestId('passphrase-next'), 'four words by heart');
    await page.user.click(screen.getByTestId('next-step'));
    await press('Escape');
    expect(changed(page)).toBeUndefined();
    await page.user.type(screen.getByTestId('passphrase-again'), 'four words by heart');
    page.core.answer('storage.setPassphrase', () => ({
      ok: false,
      error: { code: 'DISK_FULL', message: 'The disk is full.' },
    }));
    await page.user.click(screen.getByTestId('next-step'));
    expect(screen.getByTestId('error-code').textContent).toBe('(DISK_FULL)');
    expect(changed(page)).toBeUndefined();
    page.core.answer('storage.setPassphrase', () => ({ ok: true, value: undefined }));
    await page.user.click(screen.getByTestId('next-step'));
    expect(page.core.called).toContainEqual({
      name: 'storage.setPassphrase',
      input: { passphrase: 'four words by heart' },
    });
    expect(changed(page)).toEqual({ hasStarted: true });
  });

  it('let no keys do what lies behind them, and go with Escape wherever the focus is', async () => {
    const page = await openPage();
    await act(async () => page.core.tell('settings.changed', fakeSettings({ hasStarted: false })));
    for (const key of ['k', '4', 'n', 'r']) await press(key);
    expect(screen.queryByTestId('palette')).toBeNull();
    expect(screen.getByTestId('place-chat').getAttribute('aria-current')).toBe('page');
    expect(page.core.called.map(({ name }) => name)).not.toContain('chat.clear');
    await act(async () => void fireEvent.keyDown(document.body, { key: 'Escape' }));
    expect(changed(page)).toEqual({ hasStarted: true });
    await press('4');
    expect(screen.getByTestId('place-personas').getAttribute('aria-current')).toBe('page');
  });
});

describe('a page that has just opened', () => {
  it('asks nothing that only the settings show', async () => {
    const page = await openPage();
    const asked = () => page.core.called.map(({ name }) => name);
    expect(asked()).toContain('settings.get');
    expect(asked()).not.toContain('system.info');
    expect(asked()).not.toContain('storage.backups');
    await press(',');
    expect(asked()).toContain('system.info');
  });
});
