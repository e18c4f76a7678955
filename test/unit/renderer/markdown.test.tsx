// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { afterEach, describe, expect, it } from 'vitest';
import en from '../../../contract/locales/en.json';
import '../../../renderer/i18n.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Markdown from '../../../renderer/features/chat/markdown/markdown.tsx';
import { fakeBridge } from '../../support/fake-bridge.ts';
import { fakeCopying } from './copying.ts';

afterEach(cleanup);

/** Draws a text and returns its inside without what the library's own frame adds. */
function draw(text: string, streaming = false): Element {
  const { container } = render(<Markdown text={text} streaming={streaming} />);
  const inside = container.querySelector('.markdown > div');
  if (inside === null) throw new Error('nothing was drawn');
  return inside;
}

describe('Markdown of an answer', () => {
  it('keeps its headings below the page’s own and the speaker’s', () => {
    const inside = draw('# 1\n\n## 2\n\n### 3\n\n#### 4\n\n##### 5\n\n###### 6\n\nSetext\n======');
    expect([...inside.children].map((element) => element.tagName)).toEqual([
      ...['H3', 'H4', 'H5', 'H6', 'H6', 'H6', 'H3'],
    ]);
  });

  it('keeps the number that a list starts with', () => {
    expect(draw('7. a\n8. b').querySelector('ol')?.getAttribute('start')).toBe('7');
  });

  it('keeps the alignment of a table’s cells, and the style sheet does not undo it', () => {
    const inside = draw('| a | b | c | d |\n|:-|:-:|-:|-|\n| 1 | 2 | 3 | 4 |');
    for (const cells of ['th', 'td'])
      expect([...inside.querySelectorAll(cells)].map((cell) => cell.getAttribute('align'))).toEqual([
        ...['left', 'center', 'right', null],
      ]);
    const css = readFileSync(
      join(import.meta.dirname, '../../../renderer/features/chat/markdown/markdown.module.css'),
      'utf8',
    );
    // The attribute is weaker than any rule: a rule for aligned cells would win over it.
    const rules = [...css.matchAll(/([^{}]*)\{[^{}]*text-align/g)].map((rule) => rule[1]?.trim());
    expect(rules.filter((selector) => !selector?.includes(':not([align])'))).toEqual([]);
  });

  it('shows the boxes of a task list as characters', () => {
    const inside = draw('- [x] done\n- [ ] open');
    expect([...inside.querySelectorAll('li')].map((item) => item.textContent?.trim())).toEqual([
      '☑  done',
      '☐  open',
    ]);
    expect(inside.querySelector('input')).toBeNull();
  });

  it('shows footnotes without links that lead nowhere', () => {
    const inside = draw('Text[^a]\n\n[^a]: The note.');
    expect(inside.querySelector('sup')?.textContent).toBe('1');
    expect(inside.textContent).toContain('The note.');
    expect(inside.textContent).not.toMatch(/user-content|↩/);
    expect(inside.querySelector('a')).toBeNull();
  });

  it('titles footnotes in the page’s own words', () => {
    i18next.addResource('en', 'translation', 'markdown.footnotes', 'Own words');
    try {
      expect(draw('Text[^a]\n\n[^a]: The note.').querySelector('section h4')?.textContent).toBe('Own words');
    } finally {
      i18next.addResource('en', 'translation', 'markdown.footnotes', en.markdown.footnotes);
    }
  });

  it.each([
    ['## a\n\n## b\n\n### c', [3, 3, 4]],
    ['#### a\n\n## b\n\n#### c\n\n### d\n\n# e', [3, 3, 4, 4, 3]],
    ['# a\n\n### b\n\n> #### c\n\n- # d\n\ntext\n----', [3, 4, 5, 3, 4]],
    ['# a\n\n### b[^n]\n\n[^n]: note', [3, 4, 4]],
  ])('tells a level for each heading that leaves none out: %s', (text, levels) => {
    for (const streaming of [true, false]) {
      const found = [...draw(text, streaming).querySelectorAll('h3, h4, h5, h6')];
      expect(
        found.map((heading) => Number(heading.getAttribute('aria-level') ?? heading.tagName[1])),
      ).toEqual(levels);
      cleanup();
    }
  });

  it('tells the levels anew while the text grows', () => {
    const { container, rerender } = render(<Markdown text="### a" streaming />);
    expect(container.querySelector('h5')?.getAttribute('aria-level')).toBe('3');
    rerender(<Markdown text={'### a\n\n# b\n\n## c\n\n### d'} streaming />);
    expect(container.querySelector('h4')?.getAttribute('aria-level')).toBeNull();
    expect([...container.querySelectorAll('h5')].map((h) => h.getAttribute('aria-level'))).toEqual([
      '3',
      null,
    ]);
  });

  it('finds the address of a link that is written elsewhere, while it comes and after', () => {
    for (const streaming of [true, false]) {
      draw('See [the page][1].\n\nMore.\n\n[1]: https://example.org/', streaming);
      expect(screen.getByRole('link').getAttribute('href')).toBe('https://example.org/');
      cleanup();
    }
  });

  it('keeps every element that stays the same when the answer ends', () => {
    const text = '# a\n\nSome **bold** text.\n\n- one\n- two\n\n```js\nx\n```\n\nThe end.';
    const { container, rerender } = render(<Markdown text={text} streaming />);
    const before = [...container.querySelectorAll('*')];
    rerender(<Markdown text={text} streaming={false} />);
    const after = [...container.querySelectorAll('*')];
    expect(after.length).toBe(before.length);
    expect(after.every((element, index) => element === before[index])).toBe(true);
  });

  it('draws a half-come ending as it was written once nothing more comes', () => {
    const { container, rerender } = render(<Markdown text={'One.\n\ntext **bo'} streaming />);
    expect(container.querySelector('strong')?.textContent).toBe('bo');
    rerender(<Markdown text={'One.\n\ntext **bo'} streaming={false} />);
    expect(container.querySelector('strong')).toBeNull();
    expect(container.textContent).toContain('text **bo');
  });

  it('names a picture instead of loading it, whatever its name holds', () => {
    expect(draw('![a cat](https://x.test/a.png)').textContent).toBe('[Picture, not loaded: a cat]');
    cleanup();
    const odd = '$t(app.name) {{alt}}';
    expect(draw(`![${odd}](https://x.test/a.png)`).textContent).toBe(`[Picture, not loaded: ${odd}]`);
  });
});

describe('what is only half there', () => {
  it.each([
    ['bold', 'text **bo', '<p>text <strong>bo</strong></p>'],
    ['emphasis', 'text *em', '<p>text <em>em</em></p>'],
    ['code', 'a `co', '<p>a <code>co</code></p>'],
    ['struck', 'a ~~st', '<p>a <del>st</del></p>'],
    ['list', '- a\n- **b', '<ul>\n<li>a</li>\n<li><strong>b</strong></li>\n</ul>'],
  ])('is drawn as it will be: %s', (_name, text, html) => {
    expect(draw(text, true).innerHTML).toBe(html);
  });

  it.each(['see [li', 'see [link](', 'see [link](https://exa', 'see [link](javascript:ale'])(
    'is no link yet and shows no brackets: %s',
    (text) => {
      const inside = draw(text, true);
      expect(inside.querySelector('a')).toBeNull();
      expect(inside.textContent).toMatch(/^see li(nk)?$/);
    },
  );

  it('is a table once its second line is there', () => {
    expect(draw('| a | b |\n|---|---|\n| 1', true).querySelectorAll('td')).not.toHaveLength(0);
  });

  it('is a block of code from its first line on, with all that came', () => {
    const inside = draw('Look:\n\n```python\nprint("a")\n\nprint(', true);
    expect(inside.querySelector('pre')?.textContent).toBe('print("a")\n\nprint(');
    expect(inside.querySelector('.codeHead')?.textContent).toContain('python');
  });

  it('puts the caret where the style sheet looks for it', () => {
    const { container, rerender } = render(<Markdown text={'One.\n\nTwo'} streaming />);
    const last = () => container.querySelector('.growing > :last-child:not(ul, ol, div)');
    expect(last()?.textContent).toBe('Two');
    rerender(<Markdown text={'One.\n\nTwo'} streaming={false} />);
    expect(last()).toBeNull();
  });
});

describe('a block of code', () => {
  const CODE = 'for (const a of b) {\n\n\t  run(`<b>#{1}</b>`); // "&amp;"\n}';

  it.each([true, false])(
    'names its language and copies exactly its text (streaming: %s)',
    async (streaming) => {
      const user = userEvent.setup();
      const inside = draw(`\`\`\`c++ {1} title="x"\n${CODE}\n\`\`\``, streaming);
      expect(inside.querySelector('.codeHead span')?.textContent).toBe('c++');
      expect(inside.querySelector('pre')?.textContent).toBe(CODE);
      const clipboard = fakeCopying();
      await user.click(screen.getByRole('button', { name: 'Copy code' }));
      // No line break at the end: pasted into a terminal it would run the command.
      expect(clipboard.text).toBe(CODE);
    },
  );

  it('has a copy button without a language too, and can be scrolled by keyboard', () => {
    const inside = draw('```\nplain\n```');
    expect(inside.querySelector('.codeHead span')?.textContent).toBe('');
    expect(screen.getByRole('button', { name: 'Copy code' })).toBeTruthy();
    expect(inside.querySelector('pre')?.tabIndex).toBe(0);
  });
});

describe('a link', () => {
  it('asks the host instead of navigating, with whatever button', () => {
    const core = fakeBridge();
    Object.defineProperty(window, 'sotto', { value: core.bridge, configurable: true });
    draw('[the page](https://example.org/a?b=c)');
    const link = screen.getByRole('link');
    expect(fireEvent.click(link)).toBe(false);
    expect(fireEvent.click(link, { ctrlKey: true })).toBe(false);
    expect(fireEvent(link, new MouseEvent('auxclick', { button: 1, bubbles: true, cancelable: true }))).toBe(
      false,
    );
    const asked = { name: 'links.open', input: { url: 'https://example.org/a?b=c' } };
    expect(core.called).toEqual([asked, asked, asked]);
  });

  it.each([
    ['[the page](https://example.org/a)', 'the page (example.org)'],
    ['<https://example.org/a>', 'https://example.org/a'],
    ['[example.org](https://example.org/a)', 'example.org'],
    ['[https://bank.test](https://evil.test)', 'https://bank.test (evil.test)'],
    // The host stands in the text, but as part of another address.
    ['[https://bank.test/evil.test](https://evil.test)', 'https://bank.test/evil.test (evil.test)'],
    ['[evil.test.bank.test](https://evil.test)', 'evil.test.bank.test (evil.test)'],
    ['[**https://bank.test**](https://evil.test)', 'https://bank.test (evil.test)'],
    ['[x](https://bank.test@evil.test/)', 'x (evil.test)'],
    ['<https://bank.test@evil.test/>', 'https://bank.test@evil.test/ (evil.test)'],
    ['[аpple.test](https://аpple.test/)', 'аpple.test (xn--pple-43d.test)'],
  ])('shows where it leads: %s', (text, shown) => {
    expect(draw(text).textContent).toBe(shown);
    expect(screen.getAllByRole('link')).toHaveLength(1);
  });

  it.each([
    ['[plain](http://plain.test/a)', 'plain (http://plain.test/a)'],
    ['www.plain.test and a@b.test', 'www.plain.test and a@b.test'],
    ['[x](javascript:alert(1))', 'x (javascript:alert(1))'],
    ['[x](file:///etc/passwd)', 'x (file:///etc/passwd)'],
    ['[inside](#here)', 'inside'],
  ])('is text where the host would not open it: %s', (text, shown) => {
    const inside = draw(text);
    expect(inside.textContent).toBe(shown);
    expect(inside.querySelector('a')).toBeNull();
  });

  it('is kept apart from characters that turn text round', () => {
    const inside = draw(
      '\u202e[\u202eabc](https://evil.test) [x](javascript:1) ![\u202ey](https://x.test/y)',
    );
    const apart = [...inside.querySelectorAll('[dir]')].map((element) => element.textContent?.trim());
    expect(apart).toEqual([
      '\u202eabc',
      '(evil.test)',
      'x',
      '(javascript:1)',
      '[Picture, not loaded: \u202ey]',
    ]);
  });
});

describe('a cell of a table', () => {
  const unbroken = (cell: string) =>
    [...draw(`| a |\n| - |\n| ${cell} |`).querySelectorAll('td .unbroken')].map(
      ({ textContent }) => textContent,
    );

  it.each([
    ['500 mg twice daily', ['500 mg']],
    ['2.5 mg/kg or 1,000 IU', ['2.5 mg/kg', '1,000 IU']],
    ['**500 mg** co-trimoxazole', ['500 mg', 'co-trimoxazole']],
    ['10–20 µg, 37.5 °C, 5 %', ['10–20 µg', '37.5 °C', '5 %']],
    ['500 mgs of 3 men', []],
    ['plain words', []],
  ])('keeps figures with their units in one piece: %j', (cell, pieces) => {
    expect(unbroken(cell)).toEqual(pieces);
  });
});
