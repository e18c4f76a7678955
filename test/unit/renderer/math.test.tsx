// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import Markdown from '../../../renderer/features/chat/markdown/markdown.tsx';
import { hasMath, toDollars } from '../../../renderer/features/chat/markdown/math.ts';

afterEach(cleanup);

async function draw(text: string, streaming = false) {
  let view: ReturnType<typeof render> | undefined;
  await act(async () => {
    view = render(<Markdown text={text} streaming={streaming} />);
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
    ['$a^2$ and $b$', '$$a^2$$ and $$b$$'],
    ['so $x = 5$, $f(x)$ and $\\alpha$.', 'so $$x = 5$$, $$f(x)$$ and $$\\alpha$$.'],
    ['$5 \\text{ kg}$ and $2n$', '$$5 \\text{ kg}$$ and $$2n$$'],
    ['| $x$ | $y_1$ |', '| $$x$$ | $$y_1$$ |'],
    ['$$E = mc^2$$', '$$\nE = mc^2\n$$'],
    ['> $$a$$', '> $$\n> a\n> $$'],
    ['$$a$$ and $$b$$', '$$a$$ and $$b$$'],
    ['a $$b$$ c $d$', 'a $$b$$ c $$d$$'],
    ['`$a$` and ```\n$b$\n```', '`$a$` and ```\n$b$\n```'],
  ])('have the marks of Markdown: %j', (text, marked) => {
    expect(toDollars(text)).toBe(marked);
  });

  it.each([
    'It costs $5 or $10.',
    '$5-$10, $5/$10 and US$5 to US$10',
    'from $5 to 10$ and 5$ or 10$',
    '$20, or CA$ 25 (A$ 30)',
    '$HOME/$USER and $PATH:$HOME',
    'Pay $100 for the book (not $120).',
    'the price is $50 and in euros it is 45 (rate: 1.1 US$)',
    'escaped \\$5$ and open $x',
    '$ 5 $ and $',
    'He paid $3.50+tax and she $4.',
    'A $30 ticket, a $40 one, and one for $50',
  ])('are no amounts of money: %j', (text) => {
    expect(toDollars(text)).toBe(text);
    expect(hasMath(text)).toBe(false);
  });

  it('look the same while the answer streams and after it', async () => {
    const text = 'With $x^2$:\n\n$$a = b$$\n\nIt costs $5 or $10.';
    const saved = (await draw(text)).innerHTML;
    cleanup();
    const streamed = await draw(text, true);
    expect(streamed.querySelectorAll('.katex')).toHaveLength(2);
    expect(streamed.querySelectorAll('.katex-display')).toHaveLength(1);
    expect(streamed.innerHTML.replaceAll(/ ?growing/g, '')).toBe(saved);
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
