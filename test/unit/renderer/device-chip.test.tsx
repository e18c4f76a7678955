// @vitest-environment jsdom
import { act, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import en from '../../../contract/locales/en.json';
import { closePage, openPage, STARTED } from './page.tsx';

afterEach(closePage);

const NOTICE = { code: 'BACKEND_FAILED', message: 'No GPU here.' } as const;
const chip = () => within(screen.getByTestId('device-chip'));

async function openOnCpuInstead() {
  const page = await openPage();
  act(() =>
    page.core.tell('engine.status', {
      state: 'ready',
      modelId: 'starter',
      device: 'cpu',
      loadMs: 9,
      notice: NOTICE,
    }),
  );
  return page;
}

describe('the device', () => {
  it('is no button where there is nothing to tell', async () => {
    const page = await openPage();
    act(() =>
      page.core.tell('engine.status', { state: 'ready', modelId: 'starter', device: 'cpu', loadMs: 9 }),
    );
    expect(chip().queryByRole('button')).toBeNull();
  });

  it('tells by keyboard why it is not the one asked for', async () => {
    const page = await openOnCpuInstead();
    const button = chip().getByRole('button');
    expect(chip().queryByRole('note')).toBeNull();
    act(() => button.focus());
    await page.user.keyboard('{Enter}');
    expect(button.getAttribute('aria-expanded')).toBe('true');
    const reason = chip().getByRole('note').textContent;
    expect(reason).toBe(`${en.errors.BACKEND_FAILED.title}No GPU here.`);
    await page.user.click(screen.getByTestId('composer-input'));
    expect(chip().queryByRole('note')).toBeNull();
  });

  it('tells what to do where nothing runs', async () => {
    const page = await openPage();
    const error = { code: 'MODEL_MISSING', message: 'No file.' } as const;
    act(() => page.core.tell('engine.status', { state: 'failed', modelId: 'starter', error }));
    await page.user.click(chip().getByRole('button'));
    expect(chip().getByRole('note').textContent).toContain(en.errors.MODEL_MISSING.hint);
  });

  it('closes with Escape, which does not stop the answer then', async () => {
    const page = await openOnCpuInstead();
    await page.user.type(screen.getByTestId('composer-input'), 'Hi{Enter}');
    await page.say(STARTED);
    await page.user.click(chip().getByRole('button'));
    await page.user.keyboard('{Escape}');
    expect(chip().queryByRole('note')).toBeNull();
    expect(page.core.last().isCancelled).toBe(false);
    await page.user.keyboard('{Escape}');
    expect(page.core.last().isCancelled).toBe(true);
  });
});
