// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../../../renderer/i18n.ts';
import Markdown from '../../../renderer/features/chat/markdown/markdown.tsx';
import { type HostilePayload, hostilePayloads } from '../../support/hostile-markdown.ts';
import { findStrangers } from './answer-shape.ts';

/** Texts longer than this are cut at fewer points: what is long is long by repetition. */
const LONG = 1500;
/** One of so many short texts is cut at every character; the others where a parser changes its mind. */
const EVERY = process.env.SOTTO_FAULTS === 'full' ? 1 : 16;

/** At every character of 1,500 texts. */
const LONGEST_MS = 30 * 60_000;

const payloads = hostilePayloads();
let consoleError = vi.spyOn(console, 'error');

beforeEach(() => {
  consoleError = vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  Reflect.deleteProperty(window, 'pwned');
});

/** The lengths at which a text is shown while it comes: inside tags, addresses, names and brackets. */
function cutsOf(text: string, index: number): number[] {
  if (text.length <= LONG && index % EVERY === 0)
    return Array.from({ length: text.length }, (_, at) => at + 1);
  const parts = text.length > LONG ? 3 : 6;
  const even = Array.from({ length: parts }, (_, part) => Math.floor((text.length * (part + 1)) / parts));
  const turns = [...text.slice(0, LONG).matchAll(/[<(:"\]=]/g)].slice(0, text.length > LONG ? 2 : 8);
  const cuts = new Set([...even, ...turns.map((turn) => turn.index + 1), text.length - 1, text.length]);
  return [...cuts].sort((a, b) => a - b);
}

function expectHarmless(check: (payload: HostilePayload, index: number) => string[]): void {
  const found: string[] = [];
  for (const [index, payload] of payloads.entries())
    for (const stranger of check(payload, index)) found.push(`${payload.name}: ${stranger}`);
  expect(found).toEqual([]);
  expect(consoleError.mock.calls).toEqual([]);
  expect('pwned' in window).toBe(false);
}

describe('what a model writes', () => {
  it('is tried with at least 500 distinct texts, in the long run 1,500, of distinct names', () => {
    expect(new Set(payloads.map(({ text }) => text)).size).toBeGreaterThanOrEqual(500);
    expect(hostilePayloads(true).length).toBeGreaterThanOrEqual(1500);
    expect(new Set(payloads.map(({ text }) => text)).size).toBe(payloads.length);
    expect(new Set(payloads.map(({ name }) => name)).size).toBe(payloads.length);
  });

  it('is no more than text when it is finished', () => {
    expectHarmless(({ text }) => {
      const { container, unmount } = render(<Markdown text={text} streaming={false} />);
      const strangers = findStrangers(container);
      unmount();
      return strangers;
    });
  });

  it('is no more than text at any moment while it comes', { timeout: LONGEST_MS }, () => {
    expectHarmless(({ text }, index) => {
      const { container, rerender, unmount } = render(<Markdown text="" streaming />);
      const strangers = new Set<string>();
      for (const cut of cutsOf(text, index)) {
        rerender(<Markdown text={text.slice(0, cut)} streaming />);
        for (const stranger of findStrangers(container)) strangers.add(`${stranger} after ${cut} characters`);
      }
      // What is on the screen in the end does not depend on the pieces that the text came in.
      const grown = container.innerHTML;
      unmount();
      const whole = render(<Markdown text={text} streaming />);
      if (whole.container.innerHTML !== grown) strangers.add('drawn otherwise than in one piece');
      whole.unmount();
      return [...strangers];
    });
  });

  it('shows raw HTML as the text it is', () => {
    const html = '<b onclick="x">bold</b> <!-- note --> <script>window.pwned=1</script>';
    const { container } = render(<Markdown text={html} streaming={false} />);
    expect(container.textContent).toBe(html);
  });
});
