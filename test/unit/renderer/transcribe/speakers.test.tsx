// @vitest-environment jsdom
import { screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { SpeechEvent } from '../../../../contract/speech.ts';
import { useTranscribe } from '../../../../renderer/features/transcribe/transcribe-store.ts';
import { closePage, openPage } from '../page.tsx';
import { DONE, heard, MODEL, opened, openWith, STARTED, visit } from './transcribing.tsx';

afterEach(closePage);

const TOLD: SpeechEvent = {
  type: 'speakers',
  speakers: [
    { id: 'voice-1', name: 'Speaker 1' },
    { id: 'voice-2', name: 'Speaker 2' },
  ],
  turns: [
    { startMs: 0, endMs: 1000, speakerId: 'voice-1' },
    { startMs: 1000, endMs: 2000, speakerId: 'voice-2' },
  ],
};
const LATER = { startMs: 1000, endMs: 2000 };
const chosen = () =>
  screen.getAllByRole('combobox', { name: /^Speaker at/ }).map((box) => (box as HTMLSelectElement).value);

describe('speakers', () => {
  it('are asked for by how many there are, or by nobody', async () => {
    const page = await openPage((core) => core.answer('speech.models', () => ({ ok: true, value: [MODEL] })));
    await page.user.click(screen.getByTestId('place-transcribe'));
    const box = screen.getByLabelText('Speakers');
    for (const [option, wish] of [
      ['Tell apart', 'auto'],
      ['Tell 3 people apart', 3],
      ['Do not tell apart', undefined],
    ] as const) {
      await page.user.selectOptions(box, option);
      expect(useTranscribe.getState().wishes.speakers).toBe(wish);
    }
    await page.user.selectOptions(box, 'Tell 3 people apart');
    await page.user.upload(screen.getByTestId('file-input'), [visit()]);
    await opened(page);
    expect(page.core.transcriptions[0]?.input.settings).toEqual({ words: true, speakers: 3 });
  });

  it('that were told apart stand on their lines, and undoing an edit does not take them away', async () => {
    const page = await openWith();
    await opened(page);
    await page.hear(STARTED, heard('s1', ' Good morning.'), heard('s2', ' How are you?', LATER));
    await page.user.click(screen.getAllByRole('button', { name: /^Delete the line/ })[1] as HTMLElement);
    await page.hear(TOLD, DONE);
    expect(chosen()).toEqual(['voice-1']);
    await page.user.click(screen.getByRole('button', { name: /^Undo/ }));
    expect(chosen()).toEqual(['voice-1', 'voice-2']);
  });

  it('that somebody has named stay as they were named', async () => {
    const page = await openWith();
    await opened(page);
    await page.hear(STARTED, heard('s1', ' Good morning.'), heard('s2', ' How are you?', LATER));
    await page.user.click(screen.getByTestId('speakers'));
    await page.user.click(screen.getByTestId('add-speaker'));
    const [first] = screen.getAllByRole('combobox', { name: /^Speaker at/ });
    const mine = useTranscribe.getState().jobs[0]?.draft.speakers[0]?.id ?? '';
    await page.user.selectOptions(first as HTMLElement, mine);
    await page.hear(TOLD, DONE);
    expect(chosen()).toEqual([mine, 'voice-2']);
  });
});
