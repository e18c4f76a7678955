import type { WebContents } from 'electron';
import type { Reply } from '../../contract/client.ts';
import { calls } from '../../contract/tables.ts';
import { APP_URL } from './app-files.ts';

/**
 * Puts a page in a new process in the place of one that was locked: what a heap has freed stays readable in it. An empty
 * page between the two makes Chromium end the old process. Replies only where that did not happen.
 */
export async function renewPage(contents: WebContents, input: unknown): Promise<Reply<undefined>> {
  const parsed = calls['system.renewPage'].input.safeParse(input);
  if (!parsed.success) {
    return { ok: false, error: { code: 'REQUEST_INVALID', message: 'The request was refused.' } };
  }
  const { place, chatId } = parsed.data;
  const shown = new URLSearchParams({ place, ...(chatId === undefined ? {} : { chatId }) });
  try {
    await contents.loadURL('about:blank');
  } finally {
    await contents.loadURL(`${APP_URL}#${shown}`).catch(() => undefined);
    // The way back would lead to the empty page.
    contents.clearHistory();
  }
  return { ok: true, value: undefined };
}
