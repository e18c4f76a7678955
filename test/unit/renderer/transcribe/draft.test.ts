import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../../contract/speech.ts';
import {
  addSpeaker,
  assignSpeaker,
  type Draft,
  findAll,
  mergeWithPrevious,
  removeSpeaker,
  renameSpeaker,
  replaceAll,
  setText,
  split,
  tidy,
} from '../../../../renderer/features/transcribe/editor/draft.ts';

/** A segment whose words take a second each. */
function segmentOf(id: string, text: string, startMs = 0): Segment {
  const words = (text.match(/\s*\S+/g) ?? []).map((word, i) => ({
    text: word,
    startMs: startMs + i * 1000,
    endMs: startMs + (i + 1) * 1000,
    confidence: 0.25,
  }));
  return { id, startMs, endMs: startMs + words.length * 1000, text, words, confidence: 0.25, doubts: [] };
}

const draftOf = (...texts: string[]): Draft => ({
  segments: texts.map((text, i) => segmentOf(`s${i}`, text, i * 10_000)),
  speakers: [],
});
const textsOf = ({ segments }: Draft) => segments.map(({ text }) => text);
const wordsOf = (draft: Draft, at = 0) =>
  draft.segments[at]?.words.map(({ text, startMs, endMs }) => [text, startMs, endMs]);
const joined = (segment: Segment) => segment.words.map(({ text }) => text).join('');

describe('editing the text of a line', () => {
  it('keeps the times of words that were not touched', () => {
    const draft = setText(draftOf('one two three four'), 's0', 'one zwei drei four');
    expect(wordsOf(draft)).toEqual([
      ['one', 0, 1000],
      [' zwei', 1000, 2000],
      [' drei', 2000, 3000],
      [' four', 3000, 4000],
    ]);
    expect(draft.segments[0]?.words.map(({ confidence }) => confidence)).toEqual([0.25, 1, 1, 0.25]);
  });

  it.each([
    [
      'a letter at the end of a word',
      'ones two',
      [
        ['ones', 0, 1000],
        [' two', 1000, 2000],
      ],
    ],
    [
      'a letter at the start of a word',
      'one atwo',
      [
        ['one', 0, 1000],
        [' atwo', 1000, 2000],
      ],
    ],
    ['two words joined', 'onetwo', [['onetwo', 0, 2000]]],
    ['a word taken out', 'two', [['two', 0, 2000]]],
    ['everything replaced', 'new', [['new', 0, 2000]]],
  ])('with %s', (_, text, words) => {
    expect(wordsOf(setText(draftOf('one two'), 's0', text))).toEqual(words);
  });

  it('shares out a time that thirds do not divide, and does not pass its end', () => {
    const [first] = draftOf('a a').segments;
    const [edited] = setText(
      { segments: first === undefined ? [] : [first], speakers: [] },
      's0',
      'aaa   aa  a',
    ).segments;
    const times = edited?.words.flatMap(({ startMs, endMs }) => [startMs, endMs]) ?? [];
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('leaves words that make up the text, in order of time, whatever is written', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', ' ', 'ab', '  ', 'é'), { maxLength: 14 })
      .map((x) => x.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const first = { segments: [tidy(segmentOf('s0', before))], speakers: [] };
        const [edited] = setText(first, 's0', after).segments;
        if (edited === undefined || first.segments[0]?.words.length === 0) return;
        expect(joined(edited)).toBe(after);
        const times = edited.words.flatMap(({ startMs, endMs }) => [startMs, endMs]);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });
});

describe('splitting and merging', () => {
  it('splits between words, each half with its own times', () => {
    const draft = split(draftOf('one two three'), 's0', 3, 'new');
    expect(textsOf(draft)).toEqual(['one', 'two three']);
    expect(draft.segments.map(({ id, startMs, endMs }) => [id, startMs, endMs])).toEqual([
      ['s0', 0, 1000],
      ['new', 1000, 3000],
    ]);
    expect(draft.segments.map(joined)).toEqual(['one', 'two three']);
  });

  it('splits inside a word at its share of the time', () => {
    const draft = split(draftOf('abcd'), 's0', 1, 'new');
    expect(draft.segments.map(({ text, endMs }) => [text, endMs])).toEqual([
      ['a', 250],
      ['bcd', 1000],
    ]);
  });

  it('never leaves an empty line', () => {
    const draft = draftOf('one');
    expect(split(draft, 's0', 0, 'new')).toBe(draft);
    expect(split(draft, 's0', 3, 'new')).toBe(draft);
  });

  it('merges with the line before, and a split undoes it', () => {
    const merged = mergeWithPrevious(draftOf('one two', 'three'), 's1', ' ');
    expect(merged?.into).toBe('s0');
    expect(merged?.offset).toBe(8);
    expect(merged?.draft.segments).toHaveLength(1);
    expect(merged?.draft.segments[0]).toMatchObject({ text: 'one two three', startMs: 0, endMs: 11_000 });
    expect(merged === undefined ? '' : merged.draft.segments.map(joined)).toEqual(['one two three']);
    const again = split(merged?.draft ?? draftOf(), 's0', 8, 's1');
    expect(textsOf(again)).toEqual(['one two', 'three']);
    expect(wordsOf(again, 1)).toEqual([['three', 10_000, 11_000]]);
  });

  it('has nothing to merge the first line with', () => {
    expect(mergeWithPrevious(draftOf('one'), 's0', ' ')).toBeUndefined();
  });
});

describe('find and replace', () => {
  it('finds whatever the case, and takes no letter for a pattern', () => {
    const draft = draftOf('A.b a.B axb', 'none');
    expect(findAll(draft, 'a.b')).toEqual([
      { segmentId: 's0', start: 0, end: 3 },
      { segmentId: 's0', start: 4, end: 7 },
    ]);
    expect(findAll(draft, '')).toEqual([]);
    for (const query of ['(', '[', '\\', '$&', '/', '-', '{2}', 'a|b'])
      expect(findAll(draft, query)).toEqual([]);
  });

  it('replaces all of it literally and keeps the times of the rest', () => {
    const draft = replaceAll(draftOf('Dash wood and Dash wood', 'dash wood'), 'dash wood', '$1');
    expect(textsOf(draft)).toEqual(['$1 and $1', '$1']);
    expect(wordsOf(draft)).toEqual([
      ['$1', 0, 2000],
      [' and', 2000, 3000],
      [' $1', 3000, 5000],
    ]);
  });
});

describe('speakers', () => {
  it('are renamed everywhere, assigned to a line, and leave no trace when they are removed', () => {
    let draft = addSpeaker(draftOf('one', 'two'), 'a', 'Speaker 1');
    draft = assignSpeaker(assignSpeaker(draft, 's0', 'a'), 's1', 'a');
    draft = renameSpeaker(draft, 'a', 'Doctor');
    expect(draft.speakers).toEqual([{ id: 'a', name: 'Doctor' }]);
    draft = assignSpeaker(draft, 's1', undefined);
    expect(draft.segments.map(({ speakerId }) => speakerId)).toEqual(['a', undefined]);
    draft = removeSpeaker(draft, 'a');
    expect(draft.speakers).toEqual([]);
    expect(draft.segments.every((segment) => !('speakerId' in segment))).toBe(true);
  });
});

describe('a segment as it came', () => {
  it('loses the space around it, and keeps words only while they are its text', () => {
    const { text, words } = tidy({ ...segmentOf('s', ' He was. '), text: ' He was. ' });
    expect(text).toBe('He was.');
    expect(words.map((word) => word.text).join('')).toBe('He was.');
    expect(tidy({ ...segmentOf('s', ' He was.'), text: 'Something else' }).words).toEqual([]);
  });
});
