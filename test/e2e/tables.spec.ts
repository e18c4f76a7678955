import { answeringWith } from '../support/answering.ts';
import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { look } from '../support/look.ts';

const COLUMNS = [
  'Medicine',
  'Morning',
  'Noon',
  'Evening',
  'Night',
  'Notes',
  'Renal adjustment',
  'Contraindications',
];
const ROW = [
  'Hydroxychloroquine',
  '500 mg',
  '2.5 mg/kg',
  '1000 IU',
  '12 h',
  'with food, and a glass of water',
  'co-trimoxazole',
  'Pseudohypoparathyroidism',
];
const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
const ANSWER = [
  'With $x^2$ and $\\alpha$, and $5 and $10 a pack:',
  row(COLUMNS),
  row(COLUMNS.map(() => '-')),
  row(ROW),
  row(ROW),
  '',
  '$$c = \\frac{dose}{volume}$$',
  '',
  'It ends here.',
];

test('a cell keeps doses and words whole, a wide table scrolls in its own box, and formulas are drawn', async ({
  launch,
  profile,
}) => {
  const text = [ANSWER[0], '', ...ANSWER.slice(1)].join('\n');
  const desktop = await launch({ env: await answeringWith(profile, text) });
  const { page } = desktop;
  await chatOf(page).ask('0');
  await expectState(page, 0, 'complete');
  const answer = page.getByTestId('answer-text');
  await expect(answer.locator('.katex')).toHaveCount(3);
  await expect(answer.locator('.katex-display')).toHaveCount(1);
  await expect(answer).toContainText('and $5 and $10 a pack');
  await look(desktop, 'tables');
  // In the narrower of both windows: as many lines as a word or a dose has is one.
  const lines = await answer.locator('tbody td').evaluateAll((cells) =>
    cells.map((cell) => {
      const words = /^(\S+|[\d.]+ \S+)$/.test(cell.textContent ?? '');
      const range = document.createRange();
      range.selectNodeContents(cell);
      return {
        text: cell.textContent,
        lines: words ? new Set([...range.getClientRects()].map(({ top }) => top)).size : 1,
      };
    }),
  );
  for (const cell of lines) expect(cell).toEqual({ text: cell.text, lines: 1 });
  const box = await answer.locator('table').evaluate((table) => {
    const around = table.parentElement as HTMLElement;
    const list = document.querySelector('main') as HTMLElement;
    return { scrolls: around.scrollWidth > around.clientWidth, page: list.scrollWidth > list.clientWidth };
  });
  expect(box).toEqual({ scrolls: true, page: false });
});
