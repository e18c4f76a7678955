// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '../../../renderer/i18n.ts';
import Markdown from '../../../renderer/features/chat/markdown/markdown.tsx';
import { hostilePayloads } from '../../support/hostile-markdown.ts';
import { findLeaks } from '../../support/inspect-answer.ts';

afterEach(cleanup);

describe('what a model writes', () => {
  const payloads = hostilePayloads();

  it('is tried with at least 300 distinct texts', () => {
    expect(new Set(payloads.map((payload) => payload.text)).size).toBeGreaterThanOrEqual(300);
  });

  it('never becomes more than text, finished or cut at any third of it', () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const found: string[] = [];
    for (const { name, text } of payloads) {
      const cuts = [Math.floor(text.length / 3), Math.floor((text.length * 2) / 3), text.length - 1];
      for (const [streaming, shown] of [
        [false, text] as const,
        ...cuts.map((cut) => [true, text.slice(0, cut)] as const),
      ]) {
        const { container, unmount } = render(<Markdown text={shown} streaming={streaming} />);
        for (const leak of findLeaks(container))
          found.push(`${name}${streaming ? ' (streaming)' : ''}: ${leak}`);
        unmount();
      }
    }
    expect(found).toEqual([]);
    expect(errors).not.toHaveBeenCalled();
    errors.mockRestore();
  }, 120_000);
});
