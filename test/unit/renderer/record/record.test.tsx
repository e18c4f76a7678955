// @vitest-environment jsdom
import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordEvent, Recording } from '../../../../contract/recording.ts';
import type { Segment } from '../../../../contract/speech.ts';
import {
  MicrophoneError,
  type MicrophoneListener,
  openMicrophone,
} from '../../../../renderer/features/record/microphone.ts';
import { closePage, openPage } from '../page.tsx';
import { DONE } from '../transcribe/transcribing.tsx';
import { wavOf } from '../transcribe/wav.ts';

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
const segment = (text: string, startMs = 0): Segment => ({
  id: `s${startMs}`,
  startMs,
  endMs: startMs + 900,
  text,
  words: [],
  confidence: 0.9,
  doubts: [],
});

let listener: MicrophoneListener | undefined;
const close = vi.fn(async () => undefined);

beforeEach(() => {
  close.mockClear();
  vi.mocked(openMicrophone).mockImplementation(async (_deviceId, given) => {
    listener = given;
    return { label: 'USB microphone', deviceId: 'usb', close };
  });
});
afterEach(closePage);

/** The page while it records. */
async function recording() {
  const page = await openPage();
  await page.user.click(screen.getByTestId('place-transcribe'));
  await page.user.click(screen.getByTestId('record'));
  await waitFor(() => expect(page.core.recordings).toHaveLength(1));
  const tell = (...events: RecordEvent[]) =>
    act(async () => {
      for (const event of events) page.core.recordings.at(-1)?.say(event);
    });
  await tell({ type: 'started', recordingId: ID, savedMs: 0 });
  return { page, tell };
}

const awake = (page: Awaited<ReturnType<typeof openPage>>) =>
  page.core.called.filter(({ name }) => name === 'system.stayAwake').map(({ input }) => input);

describe('recording', () => {
  it('shows what is heard, is heard with care when it ends, and keeps the machine awake meanwhile', async () => {
    const { page, tell } = await recording();
    expect(awake(page)).toEqual([{ on: true }]);
    await act(async () => listener?.samples(new Float32Array(1600).fill(0.5)));
    expect(screen.getByTestId('level').getAttribute('aria-valuenow')).toBe('90');
    expect(screen.getByText('USB microphone')).toBeDefined();
    await tell({ type: 'partial', text: 'Good mor', firm: 'Good' });
    expect(screen.getByTestId('caption-partial').textContent).toBe('Good mor');
    await tell({ type: 'segment', segment: segment('Good morning.') });
    expect(screen.queryByTestId('caption-partial')).toBeNull();
    expect(screen.getByTestId('caption').textContent).toBe('0:00Good morning.');
    await tell({ type: 'silent', forMs: 10_100 });
    expect(screen.getByTestId('error-code').textContent).toBe('(MIC_SILENT)');
    await tell({ type: 'silent', forMs: 0 });
    expect(screen.queryByTestId('error-code')).toBeNull();

    page.core.answer('recordings.list', () => ({ ok: true, value: [RECORDING] }));
    await page.user.click(screen.getByTestId('stop-recording'));
    await waitFor(() => expect(page.core.recordings[0]?.sent.at(-1)).toEqual({ type: 'end' }));
    expect(close).toHaveBeenCalled();
    await tell({ type: 'saved', savedMs: 3000 }, { type: 'done', recordingId: ID, savedMs: 3000 });
    await waitFor(() => expect(page.core.rehearings).toHaveLength(1));
    expect(page.core.rehearings[0]?.input).toMatchObject({ id: ID, settings: { words: true } });
    expect(awake(page).at(-1)).toEqual({ on: false });
    // Until it is heard again, what the captions had stands.
    expect(screen.getByTestId('left-captions').textContent).toContain('Good morning.');
    await act(async () => {
      page.core.rehearings[0]?.say({ type: 'started', transcriptId: 't1' });
      page.core.rehearings[0]?.say({ type: 'segment', segment: segment('Good morning, doctor.') });
    });
    expect(screen.getByTestId('segment-text').textContent).toBe('Good morning, doctor.');
    expect(screen.queryByTestId('left-captions')).toBeNull();
  });

  it('keeps what only the live captions heard, says so, and has core keep it', async () => {
    const { page, tell } = await recording();
    const late = { ...segment('My knee hurts.'), id: 's2', startMs: 8000, endMs: 9500 };
    await tell({ type: 'segment', segment: segment('Good morning.') }, { type: 'segment', segment: late });
    page.core.answer('recordings.list', () => ({ ok: true, value: [RECORDING] }));
    await page.user.click(screen.getByTestId('stop-recording'));
    await tell({ type: 'saved', savedMs: 3000 }, { type: 'done', recordingId: ID, savedMs: 3000 });
    await waitFor(() => expect(page.core.rehearings).toHaveLength(1));
    const mark = { ...late, text: '', words: [], doubts: ['inaudible' as const], startMs: 7900 };
    await act(async () => {
      page.core.rehearings[0]?.say({ type: 'started', transcriptId: 't1' });
      page.core.rehearings[0]?.say({ type: 'segment', segment: segment('Good morning, doctor.') });
      page.core.rehearings[0]?.say({ type: 'segment', segment: mark });
      page.core.rehearings[0]?.say(DONE);
    });
    const lines = screen.getAllByTestId('segment-text').map(({ textContent }) => textContent);
    expect(lines).toEqual(['Good morning, doctor.', 'My knee hurts.']);
    expect(screen.getByTestId('doubts').textContent).toContain('Only the live captions');
    await waitFor(() => {
      const saved = page.core.called.findLast(({ name }) => name === 'speech.save')?.input;
      expect(saved).toMatchObject({ id: 't1', segments: [{}, { text: 'My knee hurts.' }] });
    });
  });

  it('lets a file wait while core says so', async () => {
    const { page } = await recording();
    await page.user.click(screen.getByTestId('new-transcript'));
    await page.user.upload(screen.getByTestId('file-input'), [
      wavOf({ seconds: 1, rateHz: 4000, channels: [0] }),
    ]);
    await waitFor(() => expect(page.core.transcriptions).toHaveLength(1));
    const [file] = page.core.transcriptions;
    await act(async () => file?.say({ type: 'started', transcriptId: 't1' }));
    await act(async () => file?.say({ type: 'progress', stage: 'waiting', doneMs: 0 }));
    expect(screen.getByTestId('job-state').textContent).toBe('Waiting');
    await act(async () => file?.say({ type: 'progress', stage: 'loading', doneMs: 0 }));
    expect(screen.getByTestId('job-state').textContent).toBe('Loading the model…');
  });

  it('says that live text waits, in words of its own, until it comes', async () => {
    const { tell } = await recording();
    const notice = { code: 'ENGINE_BUSY' as const, message: 'Live text begins later.' };
    await tell({ type: 'notice', notice });
    expect(screen.getByTestId('error-note').textContent).toContain('Live text begins later.');
    await tell({ type: 'partial', text: 'Now', firm: '' });
    expect(screen.queryByTestId('error-note')).toBeNull();
  });

  it('is not begun without a microphone, and says why', async () => {
    const denied = new MicrophoneError({ code: 'MIC_DENIED', message: 'No.' });
    vi.mocked(openMicrophone).mockRejectedValue(denied);
    const page = await openPage();
    await page.user.click(screen.getByTestId('place-transcribe'));
    await page.user.click(screen.getByTestId('record'));
    expect(screen.getByTestId('error-code').textContent).toBe('(MIC_DENIED)');
    expect(screen.getByTestId('record')).toHaveProperty('disabled', false);
    expect(page.core.recordings).toHaveLength(0);
    expect(awake(page)).toEqual([]);
  });

  it('that ended on a full disk is there with the reason', async () => {
    const { page, tell } = await recording();
    page.core.answer('recordings.list', () => ({ ok: true, value: [{ ...RECORDING, state: 'failed' }] }));
    const error = { code: 'DISK_FULL' as const, message: 'The disk is full.' };
    await tell({ type: 'saved', savedMs: 2000 }, { type: 'failed', error, recordingId: ID, savedMs: 2000 });
    await waitFor(() => expect(screen.getByTestId('error-code').textContent).toBe('(DISK_FULL)'));
    expect(page.core.rehearings).toHaveLength(1);
  });
});

describe('a recording of the list', () => {
  it('is heard when asked, and deleted after a question only', async () => {
    const page = await openPage((core) =>
      core.answer('recordings.list', () => ({ ok: true, value: [{ ...RECORDING, state: 'recovered' }] })),
    );
    await page.user.click(screen.getByTestId('place-transcribe'));
    await page.user.click(screen.getByRole('button', { name: /^Recording, today/ }));
    expect(screen.getByText(/^Sotto ended while this was recorded. 0:03/)).toBeDefined();
    expect(page.core.rehearings).toHaveLength(0);
    await page.user.click(screen.getByTestId('transcribe-recording'));
    await waitFor(() => expect(page.core.rehearings).toHaveLength(1));
    await act(async () => {
      page.core.rehearings[0]?.say({ type: 'failed', error: { code: 'ENGINE_CRASHED', message: 'Gone.' } });
    });
    const deleted = () => page.core.called.filter(({ name }) => name === 'recordings.delete');
    await page.user.click(screen.getByRole('button', { name: /^Delete the recording/ }));
    await page.user.click(screen.getByText('Keep'));
    expect(deleted()).toEqual([]);
    await page.user.click(screen.getByRole('button', { name: /^Delete the recording/ }));
    await page.user.click(screen.getByTestId('delete-recording'));
    expect(deleted()).toEqual([{ name: 'recordings.delete', input: { id: ID } }]);
    expect(screen.queryByTestId('job-state')).toBeNull();
  });
});

describe('dictation', () => {
  const input = () => screen.getByTestId('composer-input') as HTMLTextAreaElement;

  it('writes at the caret, apart from the words around it, and closes the microphone', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Say: please{ArrowLeft>6/}');
    await page.user.keyboard('{Control>}d{/Control}');
    await waitFor(() => expect(page.core.dictations).toHaveLength(1));
    const [run] = page.core.dictations;
    await act(async () => run?.say({ type: 'partial', text: 'open the', firm: '' }));
    expect(input().value).toBe('Say: open the please');
    expect(input().readOnly).toBe(true);
    await act(async () => run?.say({ type: 'segment', segment: segment(' Open the window.') }));
    await page.user.keyboard('{Control>}d{/Control}');
    await waitFor(() => expect(run?.sent.at(-1)).toEqual({ type: 'end' }));
    expect(close).toHaveBeenCalled();
    await act(async () => run?.say({ type: 'done' }));
    await page.frame();
    expect(input().value).toBe('Say: Open the window. please');
    expect(input().readOnly).toBe(false);
    expect(input().selectionStart).toBe('Say: Open the window. '.length);
  });

  it('leaves out its full stop before one that is there', async () => {
    const page = await openPage();
    await page.user.type(input(), 'She said: . Right?{ArrowLeft>8/}');
    await page.user.keyboard('{Control>}d{/Control}');
    await waitFor(() => expect(page.core.dictations).toHaveLength(1));
    await act(async () =>
      page.core.dictations[0]?.say({ type: 'segment', segment: segment(' Go on. Now.') }),
    );
    expect(input().value).toBe('She said: Go on. Now. Right?');
  });

  it('is taken back with Escape', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Kept.');
    await page.user.keyboard('{Control>}d{/Control}');
    await waitFor(() => expect(page.core.dictations).toHaveLength(1));
    await act(async () => page.core.dictations[0]?.say({ type: 'partial', text: 'not this', firm: '' }));
    await page.user.keyboard('{Escape}');
    expect(input().value).toBe('Kept.');
    expect(page.core.dictations[0]?.closed).toBe(true);
    await act(async () => page.core.dictations[0]?.say({ type: 'partial', text: 'too late', firm: '' }));
    expect(input().value).toBe('Kept.');
  });

  it('is not there while it records or transcribes', async () => {
    const { page } = await recording();
    await page.user.click(screen.getByTestId('place-chat'));
    expect(screen.getByTestId('dictate')).toHaveProperty('disabled', true);
    await page.user.keyboard('{Control>}d{/Control}');
    expect(page.core.dictations).toHaveLength(0);
  });
});
