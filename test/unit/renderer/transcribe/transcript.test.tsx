// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { SpeechEvent, Transcript } from '../../../../contract/speech.ts';
import { closePage, openPage } from '../page.tsx';
import { DONE, heard, opened, openWith, STARTED, STATS, segment, texts, write } from './transcribing.tsx';

afterEach(closePage);

const KEPT: Transcript = {
  id: 't1',
  title: 'Visit',
  createdAt: '2026-11-24T09:00:00.000Z',
  durationMs: 1000,
  translated: false,
  modelId: 'whisper-base',
  segments: [segment('s1', 'Good morning.')],
  speakers: [],
};

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

  it('shows where speech was not made out until a person writes what is said, and how much has words', async () => {
    const page = await openWith();
    await opened(page);
    const done = { type: 'done', reason: 'complete', stats: { ...STATS, coverage: 0.987 } } as const;
    await page.hear(STARTED, heard('s1', '', { doubts: ['inaudible'] }), done);
    const [line] = lines();
    expect(line?.dataset.empty).toBe('[inaudible]');
    expect(screen.getByTestId('doubts').textContent).toContain('could not be made out');
    expect(screen.getByTestId('coverage').textContent).toBe('Words for 98 % of the speech');
    await write(line as HTMLElement, 'Twice a day.');
    expect(screen.queryByTestId('doubts')).toBeNull();
  });

  it('says in a line of its own what was done to the sound', async () => {
    const notice = { code: 'AUDIO_QUIET', message: 'The sound is very quiet.' } as const;
    await openTranscript(heard('s1', 'Good morning.'), { type: 'notice', notice });
    expect(screen.getByTestId('sound-note').textContent).toMatch(
      /^The sound is very quiet and was amplified/,
    );
    expect(screen.queryByTestId('error-note')).toBeNull();
  });

  it('says it again when it is opened again, and keeps it when it is edited', async () => {
    const notices = [{ code: 'AUDIO_QUIET', message: 'The sound is very quiet.' }] as const;
    const transcript = { ...KEPT, notices: [...notices] };
    const page = await openPage((core) => core.holdTranscripts([{ transcript, state: 'complete' }]));
    await page.user.click(screen.getByTestId('place-transcribe'));
    await page.user.click(await screen.findByText('Visit'));
    expect(screen.getByTestId('sound-note').textContent).toMatch(/^The sound is very quiet/);
    await write(lines()[0] as HTMLElement, 'Good evening.');
    await waitFor(() => {
      const saved = page.core.called.findLast(({ name }) => name === 'speech.save')?.input as Transcript;
      expect(saved).toMatchObject({ segments: [{ text: 'Good evening.' }], notices });
    });
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
    expect(screen.getByText(/^To listen, choose the file once more/)).toBeTruthy();
  });
});
