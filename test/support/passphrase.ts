import type { Page } from 'playwright';
import { expect } from './desktop.ts';

export const PASSPHRASE = 'four words by heart';

export async function setPassphrase(page: Page): Promise<void> {
  await page.getByTestId('set-passphrase').click();
  await choosePassphrase(page);
  await expect(page.getByTestId('storage')).toHaveAttribute('data-state', 'open');
}

/** In the form, wherever it is. */
export async function choosePassphrase(page: Page): Promise<void> {
  await page.getByTestId('passphrase-next').fill(PASSPHRASE);
  await page.getByTestId('passphrase-again').fill(PASSPHRASE);
  await page.getByTestId('passphrase-again').press('Enter');
}

export async function unlock(page: Page): Promise<void> {
  await page.getByTestId('passphrase-unlock').fill(PASSPHRASE);
  await page.getByTestId('unlock').click();
  await expect(page.getByTestId('lock-screen')).toHaveCount(0);
}
