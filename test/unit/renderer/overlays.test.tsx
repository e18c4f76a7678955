// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type ReactNode, useRef, useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { useClosing } from '../../../renderer/ui/use-closing.ts';
import { closePage } from './page.tsx';
import { DONE, heard, opened, openWith, STARTED } from './transcribe/transcribing.tsx';

afterEach(closePage);

type Kind = 'menu' | 'bar' | 'dialog';

function Overlay({ name, kind, children }: { name: string; kind: Kind; children?: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  useClosing(isOpen, place, () => setIsOpen(false), kind);
  return (
    <div ref={place}>
      {/* Opened by a key, as a press elsewhere closes menus anyway. */}
      <button type="button" onKeyDown={({ key }) => key === 'o' && setIsOpen(true)}>
        {name}
      </button>
      {isOpen && <div data-testid={name}>{children}</div>}
    </div>
  );
}

const shown = () => ['menu', 'panel', 'bar', 'dialog'].filter((name) => screen.queryByTestId(name) !== null);

async function openInOrder(...names: string[]) {
  render(
    <>
      <Overlay name="menu" kind="menu" />
      <Overlay name="panel" kind="menu" />
      <Overlay name="bar" kind="bar" />
      <Overlay name="dialog" kind="dialog" />
    </>,
  );
  const user = userEvent.setup();
  for (const name of names) {
    screen.getByRole('button', { name }).focus();
    await user.keyboard('o');
  }
  return user;
}

describe('what lies over something else', () => {
  it.each([
    [['menu', 'panel'], ['panel']],
    [['menu', 'bar'], ['bar']],
    [['bar', 'menu'], ['menu']],
    [['bar', 'panel', 'bar'], ['bar']],
    [['menu', 'dialog'], ['dialog']],
    [['dialog', 'menu'], ['menu']],
    // A dialog has a veil: the bar is there again once it is closed.
    [
      ['bar', 'dialog'],
      ['bar', 'dialog'],
    ],
  ])('opened in the order %j, leaves %j', async (order, left) => {
    await openInOrder(...order);
    expect(shown()).toEqual(left);
  });

  it('is closed by Escape from the top, a bar only with the keyboard in it', async () => {
    const user = await openInOrder('bar', 'dialog');
    await user.keyboard('{Escape}');
    expect(shown()).toEqual(['bar']);
    await user.keyboard('{Escape}');
    expect(shown()).toEqual(['bar']);
    screen.getByRole('button', { name: 'bar' }).focus();
    await user.keyboard('{Escape}');
    expect(shown()).toEqual([]);
  });

  it('leaves a bar alone when something else is pressed', async () => {
    const user = await openInOrder('bar');
    await user.click(screen.getByRole('button', { name: 'menu' }));
    expect(shown()).toEqual(['bar']);
  });
});

it('the panel of speakers takes the place of the find bar, and the other way round', async () => {
  const page = await openWith();
  await opened(page);
  await page.hear(STARTED, heard('s1', 'Good morning.'), DONE);
  const isPanelOpen = () => screen.getByTestId('speakers').getAttribute('aria-expanded');
  await page.user.keyboard('{Control>}f{/Control}');
  await page.user.click(screen.getByTestId('speakers'));
  expect([screen.queryByTestId('find'), isPanelOpen()]).toEqual([null, 'true']);
  await page.user.keyboard('{Control>}f{/Control}');
  expect(document.activeElement).toBe(screen.getByTestId('find'));
  expect(isPanelOpen()).toBe('false');
  // Asked for once more, it takes the keyboard again.
  screen.getByTestId('replace-by').focus();
  await page.user.keyboard('{Control>}f{/Control}');
  expect(document.activeElement).toBe(screen.getByTestId('find'));
});
