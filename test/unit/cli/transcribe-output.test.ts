import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { toJob, transcribeSound } from '../../../cli/commands/transcribe.ts';
import type { SpeechEvent, Transcript } from '../../../contract/speech.ts';
import { withTempDir } from '../../support/models.ts';

afterEach(() => vi.restoreAllMocks());

async function* heard(): AsyncGenerator<SpeechEvent, void, void> {
  yield {
    type: 'segment',
    segment: {
      id: '1',
      startMs: 0,
      endMs: 1000,
      text: 'Said\u001b[31m once.',
      words: [],
      confidence: 1,
      doubts: [],
    },
  };
}

it('what only the live captions heard is added to the transcript, told and kept', async () => {
  const printed: string[] = [];
  const told: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  const captions = [
    { id: 's1', startMs: 200, text: ' Said once.' },
    { id: 's2', startMs: 65_000, text: ' Heard live alone.' },
  ];
  const kept: string[][] = [];
  const save = async ({ segments }: Pick<Transcript, 'segments'>) => {
    kept.push(segments.map(({ text, doubts }) => `${text.slice(-5)} ${doubts.join()}`));
  };
  const job = await toJob({ format: 'srt' }, false);
  expect(await transcribeSound(heard, 'sound.wav', { ...job, captions, save })).toBe(0);
  expect(printed.join('')).toMatch(/Said once\.\n\n2\n00:01:05,000 --> .*\nHeard live alone\./);
  expect(told.join('')).toContain('1 line comes from the live captions alone: 1:05.');
  expect(kept).toEqual([['once. ', 'lone. captions-only']]);
});

it.each([
  ['srt', '00:00:00,000 --> 00:00:01,000\nSaid once.'],
  ['docx', 'Said once.'],
])('what was heard goes to standard output where it cannot be written as %s', async (format, wanted) => {
  const printed: string[] = [];
  const told: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  await withTempDir(async (dir) => {
    // The folder was there when it was looked at.
    const output = join(dir, 'gone', `x.${format}`);
    expect(await transcribeSound(heard, 'sound.wav', await toJob({ output }, false))).toBe(5);
  });
  expect(printed.join('')).toContain(wanted);
  expect(told.join('')).toContain('(FILE_UNWRITABLE)');
});
