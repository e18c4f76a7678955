// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Recording } from '../../../../contract/recording.ts';
import type { Transcript } from '../../../../contract/speech.ts';
import { useTranscribe } from '../../../../renderer/features/transcribe/transcribe-store.ts';
import { closePage, openPage } from '../page.tsx';
import { visit } from './transcribing.tsx';

afterEach(closePage);

const ID = '3c7f9a52-9d0e-4f6b-8a3d-5b1c2e4f6a7b';
const RECORDING: Recording = {
  id: ID,
  title: 'Round',
  createdAt: '2026-11-24T09:00:00.000Z',
  durationMs: 200,
  state: 'complete',
};
const KEPT: Transcript = {
  id: 't9',
  // Called something else since; the file is still known.
  title: 'Room 4',
  source: 'Visit',
  createdAt: '2026-03-04T10:20:00.000Z',
  durationMs: 2000,
  translated: false,
  modelId: 'whisper-base',
  segments: [],
  speakers: [],
};
const peaks = () => useTranscribe.getState().jobs[0]?.peaks;

describe('the outline', () => {
  it('of a recording of our own is core’s, asked for once', async () => {
    const page = await openPage((core) => {
      core.answer('recordings.list', () => ({ ok: true, value: [RECORDING] }));
      const outline = { lows: Int8Array.of(0, -64), highs: Int8Array.of(127, 0) };
      core.answer('recordings.outline', () => ({ ok: true, value: outline }));
    });
    await page.user.click(screen.getByTestId('place-transcribe'));
    expect(page.core.called.filter(({ name }) => name === 'recordings.outline')).toEqual([]);
    await page.user.click(await screen.findByRole('button', { name: /^Round/ }));
    await waitFor(() => expect(peaks()?.count).toBe(2));
    expect(peaks()?.extent(0, 1)).toEqual({ low: 0, high: 1 });
    expect(peaks()?.extent(1, 2)?.low).toBeCloseTo(-0.5, 1);
    await page.user.click(screen.getByTestId('new-transcript'));
    await page.user.click(screen.getByRole('button', { name: /^Round/ }));
    const asked = page.core.called.filter(({ name }) => name === 'recordings.outline');
    expect(asked.map(({ input }) => input)).toEqual([{ id: ID }]);
  });

  it('of a file that was chosen again after a reload is decoded for it', async () => {
    const page = await openPage((core) => core.holdTranscripts([{ transcript: KEPT, state: 'complete' }]));
    await page.user.click(screen.getByTestId('place-transcribe'));
    await page.user.click(screen.getByRole('button', { name: /^Room 4/ }));
    expect(peaks()).toBeUndefined();
    await page.user.upload(screen.getByTestId('recording-input'), [visit(2)]);
    await waitFor(() => expect(peaks()?.count).toBe(20));
    expect(page.core.transcriptions).toHaveLength(0);
  });

  it('that core cannot give leaves a plain line', async () => {
    const page = await openPage((core) =>
      core.answer('recordings.list', () => ({ ok: true, value: [RECORDING] })),
    );
    await page.user.click(screen.getByTestId('place-transcribe'));
    await page.user.click(await screen.findByRole('button', { name: /^Round/ }));
    expect(screen.getByTestId('waveform')).toBeTruthy();
    expect(peaks()).toBeUndefined();
    expect(screen.queryByTestId('error-code')).toBeNull();
  });
});
