import { describe, expect, it } from 'vitest';
import { addSpeakers, assignTurns } from '../../../contract/speakers.ts';
import type { Segment } from '../../../contract/speech.ts';

const line = (id: string, startMs: number, endMs: number, speakerId?: string): Segment => ({
  id,
  startMs,
  endMs,
  text: id,
  words: [],
  confidence: 1,
  doubts: [],
  ...(speakerId === undefined ? {} : { speakerId }),
});

const TURNS = [
  { startMs: 0, endMs: 2000, speakerId: 'a' },
  { startMs: 2500, endMs: 6000, speakerId: 'b' },
];
const speakers = (segments: Segment[]) => assignTurns(segments, TURNS).map(({ speakerId }) => speakerId);

describe('assignTurns', () => {
  it('gives a line to whom most of it is', () => {
    expect(speakers([line('one', 0, 2100), line('two', 1500, 3500), line('three', 2600, 6000)])).toEqual([
      'a',
      'b',
      'b',
    ]);
  });

  it('gives a line that nobody was heard in to who is nearest', () => {
    expect(speakers([line('before', 2050, 2200), line('after', 7000, 7100)])).toEqual(['a', 'b']);
  });

  it('changes neither the text nor whom a person has named', () => {
    const segments = [line('mine', 0, 2000, 'me'), line('other', 3000, 4000)];
    const after = assignTurns(segments, TURNS);
    expect(after.map(({ speakerId }) => speakerId)).toEqual(['me', 'b']);
    expect(after.map(({ text }) => text)).toEqual(['mine', 'other']);
    expect(segments[1]?.speakerId).toBeUndefined();
  });

  it('leaves all as it is where nobody was heard', () => {
    const segments = [line('one', 0, 1)];
    expect(assignTurns(segments, [])).toEqual(segments);
  });
});

describe('addSpeakers', () => {
  it('keeps names that were given', () => {
    const known = [{ id: 'voice-1', name: 'Dr Frey' }];
    const found = [
      { id: 'voice-1', name: 'Speaker 1' },
      { id: 'voice-2', name: 'Speaker 2' },
    ];
    expect(addSpeakers(known, found)).toEqual([known[0], found[1]]);
  });
});
