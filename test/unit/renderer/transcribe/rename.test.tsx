// @vitest-environment jsdom
import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Recording } from '../../../../contract/recording.ts';
import { useTranscribe } from '../../../../renderer/features/transcribe/transcribe-store.ts';
import { closePage, openPage, type Page } from '../page.tsx';
import { DONE, heard, opened, openWith, STARTED } from './transcribing.tsx';

afterEach(closePage);

const RECORDING: Recording = {
  id: '3c7f9a52-9d0e-4f6b-8a3d-5b1c2e4f6a7b',
  title: 'Recording, today',
  createdAt: '2026-11-24T09:00:00.000Z',
  durationMs: 200,
  state: 'complete',
};
const heading = () => screen.getByRole('heading', { level: 1, hidden: false }).textContent;
const inputsOf = (page: Page, called: string) =>
  page.core.called.filter(({ name }) => name === called).map(({ input }) => input);

async function nameIt(page: Page, text: string): Promise<void> {
  await page.user.click(screen.getByTestId('rename'));
  await page.user.clear(screen.getByLabelText('Name of the recording'));
  await page.user.type(screen.getByLabelText('Name of the recording'), text);
}

describe('the name of a transcript', () => {
  it('is changed with Enter, in the list too, and kept by core with what the file was called', async () => {
    const page = await openWith();
    await opened(page);
    await page.hear(STARTED, heard('s1', ' Good morning.'), DONE);
    await nameIt(page, '  Room 4 {Enter}');
    expect(heading()).toBe('Room 4');
    expect(screen.getByRole('button', { name: /^Room 4/ })).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByTestId('rename'));
    await waitFor(() => expect(inputsOf(page, 'speech.save')).toHaveLength(1));
    expect(inputsOf(page, 'speech.save')).toMatchObject([{ title: 'Room 4', source: 'Visit' }]);
    expect(inputsOf(page, 'recordings.rename')).toEqual([]);
  });

  it('stays with Escape, and where nothing is written', async () => {
    const page = await openWith();
    await opened(page);
    await page.hear(STARTED, heard('s1', ' Good morning.'), DONE);
    await nameIt(page, 'Room 4{Escape}');
    expect(heading()).toBe('Visit');
    await nameIt(page, ' {Enter}');
    expect(heading()).toBe('Visit');
    expect(inputsOf(page, 'speech.save')).toEqual([]);
  });

  it('is kept when the field is left', async () => {
    const page = await openWith();
    await opened(page);
    await page.hear(STARTED, heard('s1', ' Good morning.'), DONE);
    await nameIt(page, 'Room 4');
    await page.user.tab();
    expect(useTranscribe.getState().jobs[0]?.title).toBe('Room 4');
  });
});

it('a recording of our own is renamed on the disk, and an error of it is shown', async () => {
  const page = await openPage((core) => {
    core.answer('recordings.list', () => ({ ok: true, value: [RECORDING] }));
    const error = { code: 'FILE_UNWRITABLE' as const, message: 'It cannot be written.' };
    core.answer('recordings.rename', () => ({ ok: false, error }));
  });
  await page.user.click(screen.getByTestId('place-transcribe'));
  await page.user.click(await screen.findByRole('button', { name: /^Recording, today/ }));
  await nameIt(page, 'Room 4{Enter}');
  expect(inputsOf(page, 'recordings.rename')).toEqual([{ id: RECORDING.id, title: 'Room 4' }]);
  await waitFor(() => expect(screen.getByTestId('error-code').textContent).toBe('(FILE_UNWRITABLE)'));
});

it('a recording that a terminal deletes goes off the list, and from sight', async () => {
  const other = { ...RECORDING, id: '4c7f9a52-9d0e-4f6b-8a3d-5b1c2e4f6a7b', title: 'Another' };
  const page = await openPage((core) =>
    core.answer('recordings.list', () => ({ ok: true, value: [RECORDING, other] })),
  );
  await page.user.click(screen.getByTestId('place-transcribe'));
  await page.user.click(await screen.findByRole('button', { name: /^Recording, today/ }));
  page.core.answer('recordings.list', () => ({ ok: true, value: [other] }));
  await act(async () => page.core.tell('saved.changed', undefined));
  await waitFor(() => expect(screen.queryByRole('button', { name: /^Recording, today/ })).toBeNull());
  expect(screen.getByRole('button', { name: /^Another/ })).toBeTruthy();
  expect(useTranscribe.getState().selectedId).toBeUndefined();
});
