// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { usePlace } from '../../../../renderer/features/places/places-store.ts';
import { useTranscribe } from '../../../../renderer/features/transcribe/transcribe-store.ts';
import { MOST_FILES, takeFiles } from '../../../../renderer/ui/take-files.ts';
import { closePage, openPage } from '../page.tsx';

afterEach(closePage);

/** `npm run test:faults` drops as many as a whole disk may have. */
const COUNT = process.env.SOTTO_FAULTS === 'full' ? 100_000 : MOST_FILES + 100;
const many = (type: string, name: string) =>
  Array.from({ length: COUNT }, (_, at) => new File(['x'], `${at}-${name}`, { type }));

/** Counts how many are looked at, which is what takes the page's time. */
function counted<Item>(items: readonly Item[]): Iterable<Item> & { seen: number } {
  return {
    seen: 0,
    *[Symbol.iterator]() {
      for (const item of items) {
        this.seen += 1;
        yield item;
      }
    },
  };
}

async function drop(files: Iterable<File>, items: Iterable<{ type: string }> = []): Promise<void> {
  const dataTransfer = { types: ['Files'], files, items };
  await act(async () => void fireEvent.dragOver(window, { dataTransfer }));
  await act(async () => void fireEvent.drop(window, { dataTransfer }));
}

const jobs = () => useTranscribe.getState().jobs;
/** A page whose core takes files into its queue, and begins with none. */
const openIdle = () =>
  openPage((core) => core.answer('speech.transcribeFile', () => new Promise(() => undefined)));
const said = async () => (await screen.findByRole('alert')).textContent;

describe('more files at once than anybody means to add', () => {
  it('are cut where they are dropped: that is said, and the page goes on', async () => {
    const page = await openIdle();
    const files = counted(many('audio/wav', 'visit.wav'));
    const items = counted(Array.from({ length: COUNT }, () => ({ type: 'audio/wav' })));
    await drop(files, items);
    expect(jobs()).toHaveLength(MOST_FILES);
    expect(jobs()[0]?.title).toBe('0-visit');
    expect([files.seen, items.seen]).toEqual([MOST_FILES + 1, MOST_FILES]);
    expect(await said()).toContain(`Only ${MOST_FILES} files can be added at once.`);
    await page.user.click(screen.getByTestId('place-chat'));
    expect(usePlace.getState().place).toBe('chat');
  });

  it('are cut where they are chosen, and a full queue takes no more', async () => {
    const page = await openIdle();
    await page.user.click(screen.getByTestId('place-transcribe'));
    const choose = async (files: File[]) => {
      const input = screen.getByTestId('file-input');
      Object.defineProperty(input, 'files', { value: files, configurable: true });
      await act(async () => void fireEvent.change(input));
    };
    await choose(many('audio/wav', 'visit.wav'));
    expect(jobs()).toHaveLength(MOST_FILES);
    await page.user.click(screen.getByTestId('new-transcript'));
    await choose(many('audio/wav', 'again.wav'));
    expect(jobs()).toHaveLength(MOST_FILES);
    expect(await said()).toContain('FILES_TOO_MANY');
  });

  it('are cut where they go along with a message, and the first are taken', async () => {
    await openPage();
    const files = counted(many('text/plain', 'note.txt'));
    await drop(files);
    await waitFor(() => expect(screen.getAllByTestId('attachment')).toHaveLength(MOST_FILES));
    expect(files.seen).toBe(MOST_FILES + 1);
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('FILES_TOO_MANY'));
  });

  it('are told from exactly as many as there is room for', () => {
    const files = many('audio/wav', 'visit.wav').slice(0, MOST_FILES);
    expect(takeFiles(files)).toEqual({ files, isCut: false });
    expect(takeFiles(files, 0)).toEqual({ files: [], isCut: true });
    expect(takeFiles([], 0)).toEqual({ files: [], isCut: false });
  });
});
