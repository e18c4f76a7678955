import { bridge } from '../../api/bridge.ts';
import { hasUnsavedDrafts, saveDrafts } from '../chat/drafts.ts';
import { usePlace } from '../places/places-store.ts';
import { useDictation } from '../record/dictation.ts';
import { useRecord } from '../record/record-store.ts';
import { useTranscribe } from '../transcribe/transcribe-store.ts';
import { useStorage } from './storage-store.ts';

/**
 * Has a new page take the place of this one, which was locked: emptied stores leave their texts in the heap. It stays while
 * something of the user's goes on in it, or has not reached core.
 *
 * @param chatId the chat that was shown, which is shown again once Sotto is unlocked
 */
export async function leavePage(chatId: string | undefined): Promise<void> {
  if (isBusy()) return;
  useStorage.setState({ isLeaving: true });
  await saveDrafts();
  const { place } = usePlace.getState();
  const shown = { place, ...(chatId === undefined ? {} : { chatId }) };
  if (!hasUnsavedDrafts() && !isBusy()) await bridge().calls['system.renewPage'](shown);
  useStorage.setState({ isLeaving: false });
}

function isBusy(): boolean {
  // What core transcribes is found again by the next page.
  const isHearing = useTranscribe.getState().jobs.length > 0 || useDictation.getState().phase !== 'off';
  return isHearing || useRecord.getState().view !== undefined;
}
