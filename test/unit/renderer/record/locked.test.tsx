// @vitest-environment jsdom
import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorInfo } from '../../../../contract/errors.ts';
import type { Recording } from '../../../../contract/recording.ts';
import { openMicrophone } from '../../../../renderer/features/record/microphone.ts';
import { closePage, openPage, type Page } from '../page.tsx';
import { DONE, heard, openWith, STARTED, texts, visit } from '../transcribe/transcribing.tsx';

vi.mock(import('../../../../renderer/features/record/microphone.ts'), async (importOriginal) => ({
  ...(await importOriginal()),
  openMicrophone: vi.fn(),
}));

const ID = '3c7f9a52-9d0e-4f6b-8a3d-5b1c2e4f6a7b';
const RECORDING: Recording = {
  id: ID,
  title: 'Recording, today',
  createdAt: '2026-11-24T09:00:00.000Z',
  durationMs: 3000,
  state: 'complete',
};
const LOCKED: ErrorInfo = { code: 'STORAGE_LOCKED', message: 'Sotto is locked.' };

const lock = (page: Page) =>
  act(async () => page.core.tell('storage.status', { state: 'locked', hasPassphrase: true }));
const unlock = (page: Page) =>
  act(async () => page.core.tell('storage.status', { state: 'open', hasPassphrase: true }));

beforeEach(() => {
  vi.mocked(openMicrophone).mockReset();
  vi.mocked(openMicrophone).mockImplementation(async () => ({
    label: 'USB microphone',
    deviceId: 'usb',
    close: async () => undefined,
  }));
});
afterEach(closePage);

describe('the first recording where nothing keeps the key', () => {
  it('asks for a passphrase before the microphone, and begins when there is one', async () => {
    const page = await openPage();
    await act(async () => page.core.tell('storage.status', { state: 'memory', hasPassphrase: false }));
    await page.user.click(screen.getByTestId('place-transcribe'));
    await page.user.click(screen.getByTestId('record'));
    expect(screen.getByText('Before the first recording')).toBeTruthy();
    expect(openMicrophone).not.toHaveBeenCalled();
    page.core.answer('storage.setPassphrase', () => {
      page.core.tell('storage.status', { state: 'open', hasPassphrase: true });
      return { ok: true, value: undefined };
    });
    await page.user.type(screen.getByTestId('passphrase-next'), 'four words by heart');
    await page.user.type(screen.getByTestId('passphrase-again'), 'four words by heart{Enter}');
    await waitFor(() => expect(page.core.recordings).toHaveLength(1));
    expect(screen.queryByText('Before the first recording')).toBeNull();
  });
});

describe('a locked Sotto', () => {
  it('keeps no transcript in the page but the one that is being heard', async () => {
    const page = await openWith([visit(2, 'one.wav'), visit(2, 'two.wav')]);
    await page.hear(STARTED, heard('s1', 'A secret.'), DONE);
    await waitFor(() => expect(page.core.transcriptions).toHaveLength(2));
    await page.hear({ type: 'started', transcriptId: 't2' }, heard('s2', 'Another.'));
    await lock(page);
    expect(document.body.textContent).not.toContain('secret');
    await page.hear(heard('s3', 'More.'), DONE);
    page.core.answer('speech.transcripts', () => ({ ok: true, value: [] }));
    await unlock(page);
    await page.user.click(screen.getByRole('button', { name: /^two/ }));
    expect(texts()).toEqual(['Another.', 'More.']);
    expect(screen.queryByRole('button', { name: /^one/ })).toBeNull();
  });

  it('hears a recording that ended meanwhile once it is unlocked', async () => {
    const page = await openPage();
    await page.user.click(screen.getByTestId('place-transcribe'));
    await page.user.click(screen.getByTestId('record'));
    await waitFor(() => expect(page.core.recordings).toHaveLength(1));
    await act(async () => page.core.recordings[0]?.say({ type: 'started', recordingId: ID, savedMs: 0 }));
    await lock(page);
    page.core.answer('recordings.list', () => ({ ok: false, error: LOCKED }));
    await act(async () => {
      page.core.recordings[0]?.say({ type: 'saved', savedMs: 3000 });
      page.core.recordings[0]?.say({ type: 'done', recordingId: ID, savedMs: 3000 });
    });
    expect(page.core.rehearings).toHaveLength(0);
    page.core.answer('recordings.list', () => ({ ok: true, value: [RECORDING] }));
    await unlock(page);
    await waitFor(() => expect(page.core.rehearings).toHaveLength(1));
    expect(page.core.rehearings[0]?.input).toMatchObject({ id: ID });
    expect(screen.getAllByTestId('job-state')).toHaveLength(1);
    expect(screen.queryByTestId('error-code')).toBeNull();
  });
});
