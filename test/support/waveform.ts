import type { Page } from 'playwright';

/** What is on the waveform's canvas: how tall each column of pixels is, and the colour in which it is drawn. */
export const waveform = (page: Page) =>
  page.getByTestId('waveform').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, width, height) ?? { data: [] };
    const columns = Array.from({ length: width }, (_, x) => {
      const drawn = Array.from({ length: height }, (__, y) => 4 * (y * width + x)).filter(
        (at) => data[at + 3],
      );
      const at = drawn[0];
      return { tall: drawn.length, color: at === undefined ? '' : Array.from(data.slice(at, at + 3)).join() };
    });
    const dpr = window.devicePixelRatio;
    return { columns, isSharp: Math.abs(width - canvas.getBoundingClientRect().width * dpr) <= 1 };
  });
