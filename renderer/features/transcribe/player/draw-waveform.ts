import { PEAK_MS, type Peaks } from '../../../../contract/peaks.ts';

export interface WaveformView {
  /** Undefined: nobody has decoded this sound here. */
  peaks: Peaks | undefined;
  totalMs: number;
  timeMs: number;
}

/** One bar: where it begins and ends, from the left and the top, in pixels of the device. */
export interface Bar {
  left: number;
  width: number;
  top: number;
  height: number;
}

/** In CSS pixels. */
const BAR = 2;
const GAP = 1;

/**
 * Bars from the left to where the sound is known. A bar takes the loudest of all that it stands for; where a bar is
 * shorter than a piece of sound, neighbours are alike.
 *
 * @param scale device pixels to a CSS pixel.
 */
export function barsOf(
  { peaks, totalMs }: WaveformView,
  width: number,
  height: number,
  scale: number,
): Bar[] {
  const bars: Bar[] = [];
  const barWidth = Math.max(1, Math.round(BAR * scale));
  const step = barWidth + Math.max(1, Math.round(GAP * scale));
  if (peaks === undefined || totalMs <= 0) return bars;
  const placeAt = (x: number) => (x * totalMs) / (width * PEAK_MS);
  for (let left = 0; left + barWidth <= width; left += step) {
    const from = Math.floor(placeAt(left));
    const extent = peaks.extent(from, Math.max(from + 1, Math.floor(placeAt(left + step))));
    if (extent === undefined) break;
    const middle = height / 2;
    const top = Math.min(middle - barWidth / 2, middle * (1 - extent.high));
    const bottom = Math.max(middle + barWidth / 2, middle * (1 - extent.low));
    bars.push({ left, width: barWidth, top: Math.round(top), height: Math.round(bottom - top) });
  }
  return bars;
}

/**
 * Draws the outline of the sound, played and to come in two colours, and a plain line where it is not known. The
 * colours are the custom properties --wave and --wave-played of the canvas.
 */
export function drawWaveform(canvas: HTMLCanvasElement, view: WaveformView): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height } = canvas;
  const scale = canvas.clientWidth === 0 ? 1 : width / canvas.clientWidth;
  const style = getComputedStyle(canvas);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const playedTo = view.totalMs <= 0 ? 0 : (width * view.timeMs) / view.totalMs;
  const paint = (left: number, top: number, w: number, h: number) => {
    const played = Math.max(0, Math.min(w, playedTo - left));
    context.fillStyle = color('--wave-played');
    context.fillRect(left, top, played, h);
    context.fillStyle = color('--wave');
    context.fillRect(left + played, top, w - played, h);
  };
  context.clearRect(0, 0, width, height);
  const bars = barsOf(view, width, height, scale);
  for (const bar of bars) paint(bar.left, bar.top, bar.width, bar.height);
  const last = bars.at(-1);
  const knownTo = last === undefined ? 0 : last.left + last.width;
  const line = Math.max(1, Math.round(BAR * scale));
  if (width - knownTo > line) paint(knownTo, Math.round((height - line) / 2), width - knownTo, line);
}
