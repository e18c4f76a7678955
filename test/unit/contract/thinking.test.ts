import { describe, expect, it } from 'vitest';
import { splitThought, withoutThought } from '../../../contract/thinking.ts';

describe('thoughts', () => {
  it.each([
    ['plain', undefined, 'plain', false],
    ['<think>so</think>\n\nYes', 'so', 'Yes', false],
    ['\n<think>\nso', 'so', '', true],
    ['<thi', undefined, '', true],
    ['<', undefined, '', true],
    ['', undefined, '', false],
    ['In XML, <think> is a tag.', undefined, 'In XML, <think> is a tag.', false],
    ['<think></think>Yes <think>no</think>', '', 'Yes <think>no</think>', false],
    ['<thinker>', undefined, '<thinker>', false],
  ])('are parted from the answer at every point of a stream: %j', (text, thought, answer, isThinking) => {
    expect(splitThought(text)).toEqual({ thought, answer, isThinking });
  });

  it('are left out of what is copied and sent again', () => {
    expect(withoutThought('<think>so</think>Yes')).toBe('Yes');
    expect(withoutThought('1 < 2')).toBe('1 < 2');
    expect(withoutThought('<')).toBe('<');
  });
});
