// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../../../renderer/i18n.ts';
import { CopyButton } from '../../../renderer/ui/copy-button.tsx';
import { fakeCopying } from './copying.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const click = () => fireEvent.click(screen.getByRole('button'));
const label = () => screen.getByRole('button').textContent;

describe('a copy button', () => {
  it('copies without any permission, and says so for a moment', () => {
    const clipboard = fakeCopying();
    render(<CopyButton text={'one\n  two'} label="Copy" />);
    click();
    expect(clipboard.text).toBe('one\n  two');
    expect(label()).toBe('Copied');
    act(() => void vi.advanceTimersByTime(2000));
    expect(label()).toBe('Copy');
  });

  it('copies its own text, whatever else would be copied', () => {
    const clipboard = fakeCopying();
    const other = vi.fn();
    document.addEventListener('copy', other);
    render(<CopyButton text="mine" label="Copy" />);
    click();
    document.removeEventListener('copy', other);
    expect(clipboard.text).toBe('mine');
    expect(other).not.toHaveBeenCalled();
  });

  it('leaves later copying alone', () => {
    const clipboard = fakeCopying();
    render(<CopyButton text="mine" label="Copy" />);
    click();
    clipboard.text = undefined;
    document.execCommand('copy');
    expect(clipboard.text).toBeUndefined();
  });

  it('says when nothing was copied', () => {
    fakeCopying().allowed = false;
    render(<CopyButton text="mine" label="Copy" />);
    click();
    expect(label()).toBe('Could not copy');
  });
});
