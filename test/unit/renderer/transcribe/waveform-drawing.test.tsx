// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Peaks } from '../../../../contract/peaks.ts';
import { Waveform } from '../../../../renderer/features/transcribe/player/waveform.tsx';

/** How often the canvas was wiped, that is, drawn anew. */
let drawings = 0;

beforeEach(() => {
  drawings = 0;
  vi.useFakeTimers();
  // jsdom draws no pictures: what is drawn is looked at in a real window (test/e2e/transcribe.spec.ts).
  const context = { clearRect: () => (drawings += 1), fillRect: () => undefined, fillStyle: '' };
  HTMLCanvasElement.prototype.getContext = (() =>
    context) as unknown as typeof HTMLCanvasElement.prototype.getContext;
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const second = new Float32Array(8000).fill(0.5);

it('is drawn while the sound is decoded, however fast that is, four times a second', () => {
  const peaks = new Peaks(8000);
  render(<Waveform peaks={peaks} totalMs={60_000} timeMs={0} />);
  const atFirst = drawings;
  for (let i = 0; i < 40; i += 1) peaks.add(second);
  vi.advanceTimersByTime(250);
  expect(drawings).toBe(atFirst + 1);
  for (let i = 0; i < 20; i += 1) peaks.add(second);
  vi.advanceTimersByTime(10_000);
  expect(drawings).toBe(atFirst + 2);
});

it('is drawn no more once it is gone', () => {
  const peaks = new Peaks(8000);
  const { unmount } = render(<Waveform peaks={peaks} totalMs={60_000} timeMs={0} />);
  peaks.add(second);
  const before = drawings;
  unmount();
  expect(vi.getTimerCount()).toBe(0);
  peaks.add(second);
  vi.advanceTimersByTime(10_000);
  expect(drawings).toBe(before);
});

it('follows the sound of another recording', () => {
  const [one, other] = [new Peaks(8000), new Peaks(8000)];
  const { rerender } = render(<Waveform peaks={one} totalMs={60_000} timeMs={0} />);
  rerender(<Waveform peaks={other} totalMs={60_000} timeMs={0} />);
  const before = drawings;
  one.add(second);
  vi.advanceTimersByTime(1000);
  expect(drawings).toBe(before);
  other.add(second);
  vi.advanceTimersByTime(1000);
  expect(drawings).toBe(before + 1);
});
