// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import Markdown from '../../../renderer/features/chat/markdown/markdown.tsx';
import { toDollars } from '../../../renderer/features/chat/markdown/math.ts';

afterEach(cleanup);

async function draw(text: string) {
  let view: ReturnType<typeof render> | undefined;
  await act(async () => {
    view = render(<Markdown text={text} streaming={false} />);
  });
  await act(async () => {
    await import('../../../renderer/features/chat/markdown/math-plugins.ts');
  });
  return (view as ReturnType<typeof render>).container;
}

describe('formulas', () => {
  it.each([
    ['\\(a^2\\) and \\(b\\)', '$$a^2$$ and $$b$$'],
    ['Then:\n\\[\na = b\n\\]\nDone', 'Then:\n$$\na = b\n$$\nDone'],
    ['  \\[ a \\]', '  $$\n  a\n  $$'],
    ['so \\[a\\] it is', 'so $$a$$ it is'],
    ['`\\(a\\)` stays', '`\\(a\\)` stays'],
    ['```\n\\[a\\]\n```\n\\(b\\)', '```\n\\[a\\]\n```\n$$b$$'],
    ['```tex\n\\[a', '```tex\n\\[a'],
    ['open \\(a', 'open \\(a'],
    ['It costs $5 or $10.', 'It costs $5 or $10.'],
  ])('have the marks of Markdown: %j', (text, marked) => {
    expect(toDollars(text)).toBe(marked);
  });

  it('are drawn, within a line and on lines of their own, and can be read aloud', async () => {
    const page = await draw('Area \\(\\pi r^2\\):\n\n$$\n\\frac{a}{b}\n$$\n\nIt costs $5 or $10.');
    expect(page.querySelectorAll('.katex')).toHaveLength(2);
    expect(page.querySelectorAll('.katex-display')).toHaveLength(1);
    expect(page.querySelector('math')?.textContent).toContain('π');
    expect(page.textContent).toContain('It costs $5 or $10.');
    // Tables and the like are drawn as ever beside them.
    expect((await draw('| a |\n| - |\n| $$x$$ |')).querySelector('table .katex')).not.toBeNull();
  });

  it.each([
    '\\href{javascript:alert(1)}{x}',
    '\\url{https://evil.example}',
    '\\includegraphics{https://evil.example/x.png}',
    '\\htmlId{x}{y}',
    '\\htmlStyle{background:url(https://evil.example)}{y}',
    '\\def\\x{\\x\\x}\\x',
    '\\rule{1000000em}{1000000em}',
    '\\unknown{<img src=x onerror=alert(1)>}',
    '{'.repeat(5000),
  ])('cannot fetch, run or grow without end: %#', async (formula) => {
    const page = await draw(`$$${formula}$$`);
    expect(page.querySelectorAll('a, img, script, iframe, [id], [onerror], [src], [href]')).toHaveLength(0);
    for (const one of page.querySelectorAll<HTMLElement>('[style]')) {
      expect(one.getAttribute('style')).not.toContain('url');
      for (const size of one.getAttribute('style')?.match(/[\d.]+(?=em)/g) ?? [])
        expect(Number(size)).toBeLessThan(1000);
    }
  });
});
