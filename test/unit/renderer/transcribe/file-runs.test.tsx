// @vitest-environment jsdom
import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { SpeechEvent } from '../../../../contract/speech.ts';
import { useTranscribe } from '../../../../renderer/features/transcribe/transcribe-store.ts';
import type { FakeBridge } from '../../../support/fake-bridge.ts';
import type { FakeRun } from '../../../support/fake-runs.ts';
import { transcriptOf } from '../../../support/transcripts.ts';
import { closePage, openPage, type Page } from '../page.tsx';
import { DONE, heard, progress, segment, texts, visit } from './transcribing.tsx';

afterEach(closePage);

type Transcription = FakeRun<unknown, SpeechEvent>;

/** A core that decodes files itself. */
function decoding(core: FakeBridge): Transcription[] {
  const runs: Transcription[] = [];
  core.answer('speech.transcribeFile', () => {
    const transcriptId = `t${runs.length + 1}`;
    const run = core.holdRun('transcription', { runId: `run-of-${transcriptId}`, transcriptId });
    runs.push(run as Transcription);
    return { ok: true, value: { runId: run.runId, transcriptId } };
  });
  return runs;
}

async function drop(...files: File[]): Promise<{ page: Page; runs: Transcription[] }> {
  let runs: Transcription[] = [];
  const page = await openPage((core) => {
    runs = decoding(core);
  });
  await page.user.click(screen.getByTestId('place-transcribe'));
  await page.user.upload(screen.getByTestId('file-input'), files);
  await waitFor(() => expect(runs).toHaveLength(files.length));
  return { page, runs };
}

const states = () => useTranscribe.getState().jobs.map(({ state }) => state);
const inputsOf = (page: Page, name: string) =>
  page.core.called.filter((one) => one.name === name).map(({ input }) => input);

it('files are put into the queue of core in the order in which they were dropped', async () => {
  const { page, runs } = await drop(visit(2, 'one.wav'), visit(2, 'two.wav'));
  expect(inputsOf(page, 'speech.transcribeFile')).toMatchObject([
    { path: '/chosen/one.wav', title: 'one', settings: { words: true } },
    { path: '/chosen/two.wav', title: 'two' },
  ]);
  expect(page.core.transcriptions).toEqual([]);
  expect(states()).toEqual(['waiting', 'waiting']);
  await act(async () => runs[0]?.say(progress(500)));
  await act(async () => runs[0]?.say(heard('s1', ' Good morning.')));
  expect(texts()).toEqual(['Good morning.']);
  await act(async () => runs[0]?.say(DONE));
  expect(states()).toEqual(['done', 'waiting']);
});

it('a file that was cut before its sound says what is missing, and not that something was transcribed', async () => {
  const error = { code: 'AUDIO_CUT', message: 'The file has no index.' } as const;
  const page = await openPage((core) => core.answer('speech.transcribeFile', () => ({ ok: false, error })));
  await page.user.click(screen.getByTestId('place-transcribe'));
  await page.user.upload(screen.getByTestId('file-input'), [visit()]);
  const note = await screen.findByTestId('error-note');
  expect(note.textContent).toMatch(
    /^The file is incomplete: the part needed.*Copy the file again.*\(AUDIO_CUT\)/,
  );
  expect(note.textContent).not.toContain('transcribed');
});

it('the length of a file that core transcribes is known from its progress', async () => {
  const { runs } = await drop(visit());
  await act(async () =>
    runs[0]?.say({ type: 'progress', stage: 'transcribing', doneMs: 500, totalMs: 2000 }),
  );
  expect(useTranscribe.getState().jobs[0]).toMatchObject({ doneMs: 500, totalMs: 2000 });
});

it('a file that core transcribes is stopped there', async () => {
  const { page, runs } = await drop(visit());
  await act(async () => runs[0]?.say(progress(500)));
  await page.user.click(screen.getByRole('button', { name: 'Stop: Visit' }));
  expect(inputsOf(page, 'runs.cancel')).toEqual([{ runId: 'run-of-t1' }]);
  expect(states()).toEqual(['cancelled']);
});

it('a file that core transcribes is paused there', async () => {
  const { page, runs } = await drop(visit());
  await act(async () => runs[0]?.say(progress(500)));
  await page.user.click(screen.getByRole('button', { name: 'Pause: Visit' }));
  await page.user.click(screen.getByRole('button', { name: 'Go on: Visit' }));
  expect(inputsOf(page, 'runs.pause')).toEqual([
    { runId: 'run-of-t1', isPaused: true },
    { runId: 'run-of-t1', isPaused: false },
  ]);
});

it('a reloaded page goes on with what core transcribes and with what waits, and tells nothing twice', async () => {
  let run: Transcription | undefined;
  await openPage((core) => {
    const info = { transcriptId: 't1', next: 2 };
    run = core.holdRun('transcription', info) as Transcription;
    core.holdRun('transcription', { transcriptId: 't2' });
    run.say(progress(500));
    run.say(heard('s1', ' Good morning.'));
    core.answer('runs.list', () => ({ ok: true, value: core.runs() }));
    const transcript = { ...transcriptOf([]), segments: [segment('s1', ' Good morning.')] };
    core.holdTranscripts([
      { transcript: { ...transcript, id: 't1', title: 'One' }, state: 'running' },
      { transcript: { ...transcript, id: 't2', title: 'Two', segments: [] }, state: 'waiting' },
    ]);
  });
  await act(async () => useTranscribe.setState({ selectedId: 't1' }));
  expect(states()).toEqual(['running', 'waiting']);
  await act(async () => run?.say(heard('s1', ' Good morning.')));
  await act(async () => run?.say(heard('s2', ' How are you?')));
  await act(async () => run?.say(DONE));
  const [job] = useTranscribe.getState().jobs;
  expect(job?.draft.segments.map(({ id }) => id)).toEqual(['s1', 's2']);
  expect(states()).toEqual(['done', 'waiting']);
});

it('what waited when Sotto was closed is offered again', async () => {
  const page = await openPage((core) => {
    const transcript = transcriptOf([]);
    core.holdTranscripts([{ transcript, state: 'waiting' }]);
    core.answer('speech.soundFile', () => ({ ok: true, value: { state: 'there', sizeBytes: 100 } }));
    core.answer('speech.transcribeAgain', () => {
      const run = core.holdRun('transcription', { transcriptId: 't9' });
      return { ok: true, value: { runId: run.runId, transcriptId: 't9' } };
    });
  });
  expect(states()).toEqual(['recorded']);
  await act(async () => useTranscribe.setState({ selectedId: 't1' }));
  await page.user.click(await screen.findByTestId('transcribe-recording'));
  expect(inputsOf(page, 'speech.transcribeAgain')).toMatchObject([{ of: 't1', title: 'Visit' }]);
  expect(states()).toEqual(['waiting']);
});

it('how much of a cut file could be read is said in the words of the page, whoever decoded it', async () => {
  const { runs } = await drop(visit());
  const notice = { code: 'AUDIO_CUT', message: 'Core has words of its own.', usableMs: 62_000 } as const;
  await act(async () => runs[0]?.say({ type: 'notice', notice }));
  expect(screen.getByTestId('error-note').textContent).toContain('The first 1:02 could be read');
});
