import { powerSaveBlocker, type WebContents } from 'electron';
import type { Reply } from '../../contract/client.ts';
import { calls } from '../../contract/tables.ts';

/** The block of each window that has ever asked; undefined: it may sleep. */
const blocks = new WeakMap<WebContents, number | undefined>();

/** Keeps the system from falling asleep by itself while a page records. A closed lid still wins. */
export function stayAwake(contents: WebContents, input: unknown): Reply<undefined> {
  const parsed = calls['system.stayAwake'].input.safeParse(input);
  if (!parsed.success) {
    return { ok: false, error: { code: 'REQUEST_INVALID', message: 'The request was refused.' } };
  }
  if (!blocks.has(contents)) {
    // A page that is gone, or loaded anew, records nothing any more.
    contents.on('destroyed', () => letSleep(contents));
    contents.on('did-navigate', () => letSleep(contents));
  }
  letSleep(contents);
  if (parsed.data.on) blocks.set(contents, powerSaveBlocker.start('prevent-app-suspension'));
  return { ok: true, value: undefined };
}

function letSleep(contents: WebContents): void {
  const block = blocks.get(contents);
  if (block !== undefined) powerSaveBlocker.stop(block);
  blocks.set(contents, undefined);
}
