// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { SoundFile, Transcript } from '../../../../contract/speech.ts';
import { closePage, openPage } from '../page.tsx';
import { DONE, heard, opened, openWith, STARTED, sentAll, visit } from './transcribing.tsx';

afterEach(closePage);

const ID = '01234567-89ab-4cde-8f01-23456789abcd';
const KEPT: Transcript = {
  id: ID,
  title: 'Room 4',
  source: 'Visit',
  createdAt: '2026-03-04T10:20:00.000Z',
  durationMs: 2000,
  translated: false,
  modelId: 'whisper-base',
  segments: [
    { id: 's1', startMs: 0, endMs: 900, text: 'Good morning.', words: [], confidence: 0.9, doubts: [] },
  ],
  speakers: [],
};

/** A page after a restart, whose core finds the file so. */
async function openAfterRestart(found: () => SoundFile) {
  const page = await openPage((core) => {
    core.holdTranscripts([{ transcript: KEPT, state: 'complete' }]);
    core.answer('speech.soundFile', () => ({ ok: true, value: found() }));
    core.answer('speech.readSoundFile', ({ offset, byteLength }) => ({
      ok: true,
      value: { bytes: new Uint8Array(WAV.slice(offset, offset + byteLength)), totalBytes: WAV.byteLength },
    }));
  });
  await page.user.click(screen.getByTestId('place-transcribe'));
  await page.user.click(screen.getByRole('button', { name: /^Room 4/ }));
  return page;
}
const file = visit(2, 'Visit.wav');
const WAV = await file.arrayBuffer();
const note = () => screen.getByTestId('find-file').textContent;
const address = () => document.querySelector('audio')?.getAttribute('src');

describe('the file of a transcript', () => {
  it('is told to core as soon as it is heard', async () => {
    const page = await openWith([file]);
    await opened(page);
    await page.hear(STARTED);
    await sentAll(page);
    await page.hear(heard('s1', 'Good morning.'), DONE);
    const told = page.core.called.filter(({ name }) => name === 'speech.rememberSoundFile');
    expect(told.map(({ input }) => input)).toEqual([{ id: 't1', path: '/chosen/Visit.wav' }]);
    expect(screen.getByText(/^Sotto remembers where this file is/)).toBeTruthy();
  });

  it('plays after a restart from where it lies', async () => {
    await openAfterRestart(() => ({ state: 'there', sizeBytes: WAV.byteLength }));
    await waitFor(() => expect(address()).toBe(`/sounds/${ID}`));
    expect(screen.queryByTestId('find-file')).toBeNull();
    expect(screen.getByTestId('play')).toBeTruthy();
  });

  it.each([
    ['missing', /no longer where it was/],
    ['changed', /has changed since/],
    ['unknown', /choose the file once more/],
  ] as const)('that is %s is said to be, and the text stays', async (state, words) => {
    await openAfterRestart(() => ({ state }));
    await waitFor(() => expect(note()).toMatch(words));
    expect(screen.getByTestId('segment-text').textContent).toBe('Good morning.');
  });

  it('is chosen again, but not another one in its place', async () => {
    const page = await openAfterRestart(() => ({ state: 'missing' }));
    await waitFor(() => expect(note()).toMatch(/no longer/));
    const other = { code: 'AUDIO_OTHER', message: 'Another.' } as const;
    page.core.answer('speech.rememberSoundFile', () => ({ ok: false, error: other }));
    await page.user.upload(screen.getByTestId('recording-input'), [visit(1, 'Other.wav')]);
    await waitFor(() => expect(note()).toMatch(/another file/));
    page.core.answer('speech.rememberSoundFile', () => ({
      ok: true,
      value: { state: 'there', sizeBytes: 1 },
    }));
    // Under another name it is still the same file.
    await page.user.upload(screen.getByTestId('recording-input'), [visit(2, 'Moved.wav')]);
    await waitFor(() => expect(address()).toMatch(/^blob:/));
  });

  it('that goes while it is played is asked for', async () => {
    let found: SoundFile = { state: 'there', sizeBytes: WAV.byteLength };
    await openAfterRestart(() => found);
    await waitFor(() => expect(address()).toBe(`/sounds/${ID}`));
    found = { state: 'changed' };
    fireEvent.error(document.querySelector('audio') as HTMLAudioElement);
    await waitFor(() => expect(note()).toMatch(/has changed since/));
  });

  it('is heard once more from where it lies, and its place stays known', async () => {
    const page = await openAfterRestart(() => ({ state: 'there', sizeBytes: WAV.byteLength }));
    await waitFor(() => expect(address()).toBe(`/sounds/${ID}`));
    const { retry, useTranscribe } = await import(
      '../../../../renderer/features/transcribe/transcribe-store.ts'
    );
    retry(useTranscribe.getState().jobs[0]?.id ?? '');
    await opened(page);
    await sentAll(page);
    expect(page.core.transcriptions[0]?.input.soundOf).toBe(ID);
    const samples = page.core.transcriptions[0]?.sent.flatMap((part) =>
      part.type === 'samples' ? [part.samples.length] : [],
    );
    expect(samples?.reduce((sum, count) => sum + count, 0)).toBe(8000);
  });
});
