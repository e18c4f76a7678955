import { useEffect, useRef } from 'react';
import { drawWaveform, type WaveformView } from './draw-waveform.ts';
import styles from './waveform.module.css';

/** While sound is decoded it comes much faster than it is worth drawing. */
const DRAW_EVERY_MS = 250;
/** What changes the colours. */
const LOOKS = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'];

/** The outline of the sound behind the position's slider, which alone is used and read out. */
export function Waveform(view: WaveformView) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(view);
  const { peaks, totalMs, timeMs } = view;
  useEffect(() => {
    latest.current = { peaks, totalMs, timeMs };
    if (canvas.current !== null) drawWaveform(canvas.current, latest.current);
  }, [peaks, totalMs, timeMs]);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    return followSize(element, () => drawWaveform(element, latest.current));
  }, []);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      timer = undefined;
      if (canvas.current !== null) drawWaveform(canvas.current, latest.current);
    };
    const stop = peaks?.onMore(() => {
      timer ??= setTimeout(draw, DRAW_EVERY_MS);
    });
    return () => {
      stop?.();
      clearTimeout(timer);
    };
  }, [peaks]);
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas takes no focus
  return <canvas ref={canvas} className={styles.wave} aria-hidden="true" data-testid="waveform" />;
}

/** Gives the canvas a pixel for each of the screen's, on every screen and at every zoom, and draws it anew. */
function followSize(canvas: HTMLCanvasElement, draw: () => void): () => void {
  if (typeof ResizeObserver === 'undefined') return () => undefined;
  const observer = new ResizeObserver((entries) => {
    const size = entries.at(-1)?.devicePixelContentBoxSize[0];
    if (size === undefined) return;
    canvas.width = size.inlineSize;
    canvas.height = size.blockSize;
    draw();
  });
  observer.observe(canvas, { box: 'device-pixel-content-box' });
  const looks = LOOKS.map((look) => matchMedia(look));
  for (const look of looks) look.addEventListener('change', draw);
  return () => {
    observer.disconnect();
    for (const look of looks) look.removeEventListener('change', draw);
  };
}
