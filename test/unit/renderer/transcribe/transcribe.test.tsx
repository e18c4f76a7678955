// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Segment, SpeechEvent, SpeechStats, Transcript } from '../../../../contract/speech.ts';
import { useTranscribe } from '../../../../renderer/features/transcribe/transcribe-store.ts';
import { closePage, openPage, type Page } from '../page.tsx';
import { wavOf } from './wav.ts';

afterEach(() => {
  closePage();
  vi.useRealTimers();
});

const STATS: SpeechStats = {
  audioMs: 2000,
  speechMs: 1500,
  tookMs: 100,
  loadMs: 10,
  timesRealtime: 20,
  peakRssBytes: 1,
  model: 'whisper-base',
  language: 'en',
};
const MODEL = {
  id: 'whisper-base',
  name: 'Whisper base',
  licence: 'MIT',
  sizeBytes: 1,
  languages: ['en', 'de'],
  builtIn: true,
};
const STARTED: SpeechEvent = { type: 'started', transcriptId: 't1' };
const DONE: SpeechEvent = { type: 'done', reason: 'complete', stats: STATS };

function segment(id: string, text: string, more: Partial<Segment> = {}): Segment {
  const words = (text.match(/\s*\S+/g) ?? []).map((word, i) => ({
    text: word,
    startMs: i * 100,
    endMs: (i + 1) * 100,
    confidence: word.includes('~') ? 0.2 : 0.9,
  }));
  return { id, startMs: 0, endMs: 1000, text, words, confidence: 0.9, doubts: [], ...more };
}
const heard = (id: string, text: string, more: Partial<Segment> = {}): SpeechEvent => ({
  type: 'segment',
  segment: segment(id, text, more),
});
const progress = (doneMs: number): SpeechEvent => ({ type: 'progress', stage: 'transcribing', doneMs });

const visit = (seconds = 2, name?: string) => wavOf({ seconds, rateHz: 4000, channels: [0] }, name);
const texts = () => screen.queryAllByTestId('segment-text').map((line) => line.textContent);

/** The page with one recording that core is listening to. */
async function openWith(
  files: File[] = [visit()],
): Promise<Page & { hear(...events: SpeechEvent[]): Promise<void> }> {
  const page = await openPage((core) => core.answer('speech.models', () => ({ ok: true, value: [MODEL] })));
  await page.user.click(screen.getByTestId('place-transcribe'));
  await page.user.upload(screen.getByTestId('file-input'), files);
  const hear = (...events: SpeechEvent[]) =>
    act(async () => {
      for (const event of events) page.core.transcriptions.at(-1)?.say(event);
    });
  return { ...page, hear };
}

const opened = (page: Page, count = 1) => waitFor(() => expect(page.core.transcriptions).toHaveLength(count));
const sentAll = (page: Page, at = 0) =>
  waitFor(() => expect(page.core.transcriptions[at]?.sent.at(-1)?.type).toBe('end'));

/** Writes in a line as a person would: the browser changes the text, then tells. */
async function write(line: HTMLElement, text: string): Promise<void> {
  await act(async () => {
    line.textContent = text;
    fireEvent.input(line);
  });
}

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
    expect(screen.getByTestId('rail-busy').textContent).toBe('25 % transcribed');
    await page.hear(DONE);
    expect(screen.queryByTestId('rail-busy')).toBeNull();
  });

  it('can be dropped anywhere, which leads to its place', async () => {
    const page = await openPage();
    const files = { types: ['Files'], files: [visit()] };
    fireEvent.dragOver(document.body, { dataTransfer: files });
    expect(screen.getByText('Drop to transcribe')).toBeTruthy();
    await act(async () => {
      fireEvent.drop(document.body, { dataTransfer: files });
    });
    expect(screen.queryByText('Drop to transcribe')).toBeNull();
    expect(screen.getByTestId('place-transcribe').getAttribute('aria-current')).toBe('page');
    await opened(page);
  });
});

describe('a transcript', () => {
  async function openTranscript(...events: SpeechEvent[]) {
    const page = await openWith();
    await opened(page);
    await page.hear(STARTED, ...events, DONE);
    return page;
  }
  const lines = () => screen.getAllByTestId('segment-text');

  it('marks words and lines that the model doubts, and says so', async () => {
    await openTranscript(heard('s1', 'Take ~metoprolol twice.', { doubts: ['maybe-silence'] }));
    const word = screen.getByText('~metoprolol');
    expect(word.className).toContain('doubtful');
    expect(word.title).toBe('The model is 20 % sure of this word');
    expect(screen.getByText('Take').title).toBe('');
    expect(screen.getByTestId('doubts').textContent).toContain('Perhaps nobody speaks here');
    expect(screen.getByText(/^Dotted words/)).toBeTruthy();
  });

  it('is edited in place, undone and done again, and kept by core', async () => {
    const page = await openTranscript(heard('s1', 'He was not'), heard('s2', 'an ill-disposed man.'));
    await write(lines()[0] as HTMLElement, 'She was not');
    expect(texts()).toEqual(['She was not', 'an ill-disposed man.']);
    await waitFor(() => {
      const saved = page.core.called.findLast(({ name }) => name === 'speech.save')?.input as Transcript;
      expect(saved.id).toBe('t1');
      expect(saved.segments[0]?.text).toBe('She was not');
    });
    fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true });
    expect(texts()).toEqual(['He was not', 'an ill-disposed man.']);
    fireEvent.keyDown(document.body, { key: 'Z', ctrlKey: true, shiftKey: true });
    expect(texts()).toEqual(['She was not', 'an ill-disposed man.']);
    await page.user.click(screen.getByRole('button', { name: /^Undo/ }));
    expect(texts()).toEqual(['He was not', 'an ill-disposed man.']);
  });

  it('keeps what comes after an edit, and undoing does not take it away', async () => {
    const page = await openWith();
    await opened(page);
    await page.hear(STARTED, heard('s1', 'One.'));
    await write(lines()[0] as HTMLElement, 'Uno.');
    await page.hear(heard('s2', 'Two.'));
    expect(texts()).toEqual(['Uno.', 'Two.']);
    fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true });
    expect(texts()).toEqual(['One.', 'Two.']);
  });

  it('splits at the caret with Enter and merges with Backspace at the start', async () => {
    await openTranscript(heard('s1', 'He was not ill.'));
    const [line] = lines() as [HTMLElement];
    line.focus();
    const second = line.querySelectorAll('span')[2]?.firstChild as Node;
    document.getSelection()?.collapse(second, 0);
    fireEvent.keyDown(line, { key: 'Enter' });
    expect(texts()).toEqual(['He was', 'not ill.']);
    expect(document.activeElement).toBe(lines()[1]);
    fireEvent.keyDown(lines()[1] as HTMLElement, { key: 'Backspace' });
    expect(texts()).toEqual(['He was not ill.']);
    expect(document.activeElement).toBe(lines()[0]);
  });

  it('loses a line when it is deleted', async () => {
    const page = await openTranscript(heard('s1', 'One.'), heard('s2', 'Two.'));
    await page.user.click(screen.getAllByRole('button', { name: /^Delete the line/ })[0] as HTMLElement);
    expect(texts()).toEqual(['Two.']);
  });

  it('finds and replaces from the keyboard', async () => {
    const page = await openTranscript(heard('s1', 'Mr. Dashwood'), heard('s2', 'dashwood again'));
    fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true });
    expect(document.activeElement).toBe(screen.getByTestId('find'));
    await page.user.keyboard('dashwood');
    expect(screen.getByTestId('find-count').textContent).toBe('1 of 2');
    await page.user.keyboard('{Enter}');
    expect(screen.getByTestId('find-count').textContent).toBe('2 of 2');
    await page.user.type(screen.getByTestId('replace-by'), 'Ferrars');
    await page.user.click(screen.getByTestId('replace-all'));
    expect(texts()).toEqual(['Mr. Ferrars', 'Ferrars again']);
    expect(screen.getByTestId('find-count').textContent).toBe('0 of 0');
    await page.user.keyboard('{Escape}');
    expect(screen.queryByTestId('find')).toBeNull();
  });

  it('has speakers that are named once for all lines', async () => {
    const page = await openTranscript(heard('s1', 'One.'), heard('s2', 'Two.'));
    expect(screen.queryAllByRole('combobox', { name: /^Speaker at/ })).toHaveLength(0);
    await page.user.click(screen.getByTestId('speakers'));
    await page.user.click(screen.getByTestId('add-speaker'));
    const choices = () => screen.getAllByRole('combobox', { name: /^Speaker at/ });
    for (const choice of choices()) await page.user.selectOptions(choice, 'Speaker 1');
    // Pressing elsewhere closed the names.
    await page.user.click(screen.getByTestId('speakers'));
    await page.user.clear(screen.getByRole('textbox', { name: 'Name' }));
    await page.user.type(screen.getByRole('textbox', { name: 'Name' }), 'Doctor');
    for (const choice of choices())
      expect((choice as HTMLSelectElement).selectedOptions[0]?.text).toBe('Doctor');
  });

  it('is exported as it was edited, and an error of the disk is shown', async () => {
    const page = await openTranscript(heard('s1', 'One.'));
    await write(lines()[0] as HTMLElement, 'Uno.');
    const bytes = new TextEncoder().encode('Uno.\n');
    page.core.answer('speech.export', () => ({ ok: true, value: { name: 'Visit.txt', bytes } }));
    page.core.answer('files.save', () => ({
      ok: false,
      error: { code: 'FILE_UNWRITABLE', message: 'The disk is full.' },
    }));
    await page.user.click(screen.getByTestId('export'));
    await page.user.click(screen.getByTestId('export-txt'));
    const asked = page.core.called.find(({ name }) => name === 'speech.export')?.input as {
      transcript: Transcript;
      format: string;
    };
    expect(asked.format).toBe('txt');
    expect(asked.transcript).toMatchObject({
      id: 't1',
      title: 'Visit',
      language: 'en',
      modelId: 'whisper-base',
    });
    expect(asked.transcript.segments[0]?.text).toBe('Uno.');
    expect(screen.getByTestId('error-code').textContent).toBe('(FILE_UNWRITABLE)');
  });

  it('is there again after a reload, without its recording', async () => {
    const kept: Transcript = {
      id: 't9',
      title: 'Ward round',
      createdAt: '2026-03-04T10:20:00.000Z',
      durationMs: 5000,
      translated: false,
      modelId: 'whisper-base',
      segments: [segment('s1', ' Kept words.')],
      speakers: [],
    };
    const page = await openPage((core) => core.holdTranscripts([{ transcript: kept, state: 'running' }]));
    await page.user.click(screen.getByTestId('place-transcribe'));
    await page.user.click(screen.getByRole('button', { name: /^Ward round/ }));
    expect(texts()).toEqual(['Kept words.']);
    expect(screen.getByText(/^To listen, choose the recording once more/)).toBeTruthy();
  });
});
