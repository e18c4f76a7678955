import { expect, it } from 'vitest';
import { segmentCues, widthOf } from '../../../../../core/speech/export/cues.ts';

it('leaves no single word to a cue of its own', () => {
  const texts =
    ' And Mr. John Dashwood had then leisure to consider how much there might be prudently in'.match(/ \S+/g);
  const words = (texts ?? []).map((text, index) => ({
    text,
    startMs: index * 300,
    endMs: index * 300 + 280,
    confidence: 1,
  }));
  const text = words.map((word) => word.text).join('');
  const cues = segmentCues({ id: 's1', startMs: 0, endMs: 5000, text, words, confidence: 1, doubts: [] });
  expect(cues.length).toBe(2);
  const widths = cues.map((cue) => widthOf(cue.lines.join(' ')));
  expect(Math.min(...widths)).toBeGreaterThan(30);
  expect(cues.flatMap((cue) => cue.lines).join(' ')).toBe(text.trim());
});
