import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { expect } from 'vitest';
import type { Segment, SpeechEvent, SpeechStats } from '../../../../contract/speech.ts';
import { openPage, type Page } from '../page.tsx';
import { wavOf } from './wav.ts';

export const STATS: SpeechStats = {
  audioMs: 2000,
  speechMs: 1500,
  coverage: 1,
  tookMs: 100,
  loadMs: 10,
  timesRealtime: 20,
  peakRssBytes: 1,
  model: 'whisper-base',
  language: 'en',
};
export const MODEL = {
  id: 'whisper-base',
  name: 'Whisper base',
  licence: 'MIT',
  sizeBytes: 1,
  languages: ['en', 'de'],
  builtIn: true,
};
export const STARTED: SpeechEvent = { type: 'started', transcriptId: 't1' };
export const DONE: SpeechEvent = { type: 'done', reason: 'complete', stats: STATS };

export function segment(id: string, text: string, more: Partial<Segment> = {}): Segment {
  const words = (text.match(/\s*\S+/g) ?? []).map((word, i) => ({
    text: word,
    startMs: i * 100,
    endMs: (i + 1) * 100,
    confidence: word.includes('~') ? 0.2 : 0.9,
  }));
  return { id, startMs: 0, endMs: 1000, text, words, confidence: 0.9, doubts: [], ...more };
}
export const heard = (id: string, text: string, more: Partial<Segment> = {}): SpeechEvent => ({
  type: 'segment',
  segment: segment(id, text, more),
});
export const progress = (doneMs: number): SpeechEvent => ({
  type: 'progress',
  stage: 'transcribing',
  doneMs,
});

export const visit = (seconds = 2, name?: string) => wavOf({ seconds, rateHz: 4000, channels: [0] }, name);
export const texts = () => screen.queryAllByTestId('segment-text').map((line) => line.textContent);

/** The page with one recording that core is listening to. */
export async function openWith(
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

export const opened = (page: Page, count = 1) =>
  waitFor(() => expect(page.core.transcriptions).toHaveLength(count));
export const sentAll = (page: Page, at = 0) =>
  waitFor(() => expect(page.core.transcriptions[at]?.sent.at(-1)?.type).toBe('end'));

/** Writes in a line as a person would: the browser changes the text, then tells. */
export async function write(line: HTMLElement, text: string): Promise<void> {
  await act(async () => {
    line.textContent = text;
    fireEvent.input(line);
  });
}
