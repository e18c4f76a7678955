// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useTranscribe } from '../../../../renderer/features/transcribe/transcribe-store.ts';
import { closePage, openPage } from '../page.tsx';
import {
  DONE,
  heard,
  MODEL,
  opened,
  openWith,
  progress,
  STARTED,
  sentAll,
  texts,
  visit,
} from './transcribing.tsx';
import { wavOf } from './wav.ts';

afterEach(() => {
  closePage();
  vi.useRealTimers();
});

describe('a recording', () => {
  it('is decoded, sent with what the user said of it, and its text appears as it comes', async () => {
    const page = await openWith();
    await opened(page);
    await sentAll(page);
    const [transcription] = page.core.transcriptions;
    expect(transcription?.input).toEqual({
      title: 'Visit',
      totalMs: 2000,
      sampleRate: 4000,
      settings: { words: true },
    });
    const lengths = transcription?.sent.map((piece) =>
      piece.type === 'samples' ? piece.samples.length : 'end',
    );
    expect(lengths).toEqual([4000, 4000, 'end']);
    await page.hear(STARTED, progress(1000), { type: 'partial', text: 'Good mor' });
    expect(screen.getByTestId('partial').textContent).toBe('Good mor');
    await page.hear(heard('s1', ' Good morning.'));
    expect(screen.queryByTestId('partial')).toBeNull();
    expect(texts()).toEqual(['Good morning.']);
    await page.hear(DONE);
    expect(screen.getByTestId('job-state').textContent).toBe('Done · 0:02');
    expect(screen.getByTestId('transcribe-news').textContent).toBe('The transcript of Visit is finished.');
    expect(screen.getByTestId('language').textContent).toContain('English');
  });

  it('leaves its outline with the job as it is decoded, the last short piece too', async () => {
    const page = await openWith([wavOf({ seconds: 2.35, rateHz: 4000, channels: [0.25] })]);
    await opened(page);
    await sentAll(page);
    const peaks = useTranscribe.getState().jobs[0]?.peaks;
    expect(peaks?.count).toBe(24);
    expect(peaks?.extent(0, 24)?.high).toBeCloseTo(0.5, 2);
    expect(peaks?.extent(0, 24)?.low).toBe(0);
    expect(screen.getByTestId('waveform').getAttribute('aria-hidden')).toBe('true');
    await page.hear(STARTED, heard('s1', ' Good morning.'), DONE);
    expect(useTranscribe.getState().jobs[0]?.peaks).toBe(peaks);
  });

  it('is told to core with language, words and translation', async () => {
    const page = await openPage((core) => core.answer('speech.models', () => ({ ok: true, value: [MODEL] })));
    await page.user.click(screen.getByTestId('place-transcribe'));
    await page.user.selectOptions(screen.getByLabelText('Spoken language'), 'German');
    await page.user.type(screen.getByLabelText('Names and words to expect'), 'Norland');
    await page.user.click(screen.getByLabelText('Translate into English'));
    await page.user.upload(screen.getByTestId('file-input'), visit());
    await opened(page);
    expect(page.core.transcriptions[0]?.input.settings).toEqual({
      language: 'de',
      prompt: 'Norland',
      translate: true,
      words: true,
    });
  });

  it('offers no translation where the model knows English only', async () => {
    const page = await openPage((core) =>
      core.answer('speech.models', () => ({ ok: true, value: [{ ...MODEL, languages: ['en'] }] })),
    );
    await page.user.click(screen.getByTestId('place-transcribe'));
    expect(screen.queryByLabelText('Translate into English')).toBeNull();
  });

  it('is never sent more than a minute ahead of what was heard', async () => {
    const page = await openWith([visit(100)]);
    await opened(page);
    const seconds = () => page.core.transcriptions[0]?.sent.length ?? 0;
    await waitFor(() => expect(seconds()).toBe(61));
    await page.hear(STARTED, progress(0));
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(seconds()).toBe(61);
    await page.hear(progress(10_000));
    await waitFor(() => expect(seconds()).toBe(71));
    await page.hear(progress(90_000));
    await sentAll(page);
    expect(seconds()).toBe(101);
  });

  it('waits while it is paused and goes on where it was', async () => {
    const page = await openWith([visit(80)]);
    await opened(page);
    const seconds = () => page.core.transcriptions[0]?.sent.length ?? 0;
    await waitFor(() => expect(seconds()).toBe(61));
    await page.hear(STARTED, progress(40_000));
    await waitFor(() => expect(seconds()).toBe(81));
    closePage();
    const other = await openWith([visit(80, 'Long.wav')]);
    await opened(other);
    await other.user.click(screen.getByRole('button', { name: 'Pause: Long' }));
    await other.hear(STARTED, progress(40_000));
    expect(screen.getByTestId('job-state').textContent).toBe('Paused at 50 %');
    const before = other.core.transcriptions[0]?.sent.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(other.core.transcriptions[0]?.sent.length).toBe(before);
    await other.user.click(screen.getByRole('button', { name: 'Go on: Long' }));
    await sentAll(other);
  });

  it('that is stopped keeps what came, tells core, and lets the next one begin', async () => {
    const page = await openWith([visit(), visit(1, 'Second.wav')]);
    await opened(page);
    await page.hear(STARTED, heard('s1', 'Kept.'));
    expect(screen.getAllByTestId('job-state').map((state) => state.textContent)[1]).toBe('Waiting');
    await page.user.click(screen.getByRole('button', { name: 'Stop: Visit' }));
    expect(page.core.transcriptions[0]?.closed).toBe(true);
    expect(texts()).toEqual(['Kept.']);
    await opened(page, 2);
    expect(page.core.transcriptions[1]?.input.title).toBe('Second');
  });

  it('that fails says why, keeps what came, and can be tried again', async () => {
    const page = await openWith();
    await opened(page);
    await page.hear(STARTED, heard('s1', 'Kept.'), {
      type: 'failed',
      error: { code: 'ENGINE_CRASHED', message: 'It ended.' },
    });
    expect(screen.getByTestId('error-code').textContent).toBe('(ENGINE_CRASHED)');
    expect(texts()).toEqual(['Kept.']);
    await page.user.click(screen.getByTestId('retry'));
    await opened(page, 2);
    // What came the first time is not thrown away for what may come the second time.
    expect(screen.getAllByTestId('job-state')).toHaveLength(2);
  });

  it('that is no sound is refused, and the queue goes on', async () => {
    const page = await openWith([new File(['Dear Anna'], 'letter.mp3', { type: 'audio/mpeg' }), visit()]);
    await opened(page);
    expect(screen.getByTestId('error-code').textContent).toBe('(AUDIO_FORMAT)');
    expect(page.core.transcriptions[0]?.input.title).toBe('Visit');
  });

  it('that is removed is forgotten by core, and can be had back with its text', async () => {
    const page = await openWith();
    await opened(page);
    await page.hear(STARTED, heard('s1', 'Kept.'), DONE);
    await page.user.click(screen.getByRole('button', { name: 'Remove: Visit' }));
    expect(page.core.called.filter(({ name }) => name === 'speech.remove')).toEqual([
      { name: 'speech.remove', input: { id: 't1' } },
    ]);
    expect(texts()).toEqual([]);
    await page.user.click(screen.getByTestId('restore'));
    expect(texts()).toEqual(['Kept.']);
    await waitFor(() => expect(page.core.called.some(({ name }) => name === 'speech.save')).toBe(true));
  });

  it('shows in the rail wherever the user is', async () => {
    const page = await openWith([visit(4)]);
    await opened(page);
    await page.user.keyboard('{Control>}1{/Control}');
    expect(screen.getByTestId('place-chat').getAttribute('aria-current')).toBe('page');
    await page.hear(STARTED, progress(1000));
    expect(screen.getByTestId('rail-busy-transcribe').textContent).toBe('25 % transcribed');
    await page.hear(DONE);
    expect(screen.queryByTestId('rail-busy-transcribe')).toBeNull();
  });

  it('can be dropped anywhere, which leads to its place', async () => {
    const page = await openPage();
    const files = { types: ['Files'], files: [visit()], items: [{ type: 'audio/wav' }] };
    fireEvent.dragOver(document.body, { dataTransfer: files });
    expect(screen.getByText('Sound and video are transcribed')).toBeTruthy();
    await act(async () => {
      fireEvent.drop(document.body, { dataTransfer: files });
    });
    expect(screen.queryByTestId('drop-target')).toBeNull();
    expect(screen.getByTestId('place-transcribe').getAttribute('aria-current')).toBe('page');
    await opened(page);
  });
});
