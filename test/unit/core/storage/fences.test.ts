import { describe, expect, it } from 'vitest';
import { closeFences, fenced } from '../../../../core/storage/chats/fences.ts';

describe('code that is left open in Markdown', () => {
  it.each([
    ['backticks', 'Here:\n```python\nprint(1)', '```'],
    ['tildes', '~~~\nx', '~~~'],
    ['a longer fence', '````md\n```\nx\n```', '````'],
    ['an indented fence', '  ```\n  x', '```'],
    ['a list', '- ```py\n  x', '  ```'],
    ['a paragraph of a list', '10. Do:\n\n    ```sh\n    ls', '    ```'],
    ['a list in a list', '- a\n  1. ```\n     x', '     ```'],
    ['a quote', '> Look:\n> ```\n> x', '> ```'],
    ['a list in a quote', '> - ```\n>   x', '>   ```'],
    ['a shorter fence that does not close it', '````\nx\n```', '````'],
    ['the other fence that does not close it', '```\nx\n~~~', '```'],
    ['a fence with words that does not close it', '```\nx\n``` no', '```'],
    ['a second block', '```\na\n```\n\n```\nb', '```'],
  ])('is closed: %s', (_, text, ending) => {
    expect(closeFences(text)).toBe(`${text}\n${ending}`);
  });

  it.each([
    ['words', 'a `b` c'],
    ['closed code', '```\nx\n```'],
    ['a longer end', '```\nx\n`````  '],
    ['code in one line', '```x```'],
    ['code by indentation', 'a\n\n    ```\n    x'],
    ['a list that has ended', '- ```\n  x\n\nWords'],
    ['a quote that has ended', '> ```\n> x\nWords'],
    ['a line across', '- - -\n***'],
  ])('is not what it takes for open: %s', (_, text) => {
    expect(closeFences(text)).toBe(text);
  });
});

it('a block of code has fences that nothing in it ends', () => {
  expect(fenced('a\n````\nb', 'c++')).toBe('`````c++\na\n````\nb\n`````');
  expect(fenced('a', 'no language')).toBe('```\na\n```');
});
