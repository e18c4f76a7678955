import { formatTime } from '../contract/format-time.ts';
import { drawLine, isDrawn, note } from './output.ts';

/** One line on the terminal while it records: how long, how loud, how much is safe. */
export interface RecordLine {
  heard(samples: Float32Array): void;
  saved(savedMs: number): void;
  /** A line of its own above it. */
  note(text: string): void;
  clear(): void;
}

const SAMPLES_PER_MS = 16;
const METER = 12;
const FLOOR_DB = -60;

/** Nothing but notes where standard error is no terminal. */
export function createRecordLine(device: string): RecordLine {
  let samples = 0;
  let savedMs = 0;
  note(`Recording${device === '' ? '' : ` from ${device}`}. Ctrl-C stops.`);
  const clear = () => drawLine('');
  const show = (peak: number) => {
    if (!isDrawn()) return;
    const share = Math.max(0, 1 - (20 * Math.log10(Math.max(peak, 1e-6))) / FLOOR_DB);
    const bars = Math.round(METER * Math.min(1, share));
    const meter = '▮'.repeat(bars) + '▯'.repeat(METER - bars);
    drawLine(`● ${formatTime(samples / SAMPLES_PER_MS)} ${meter} saved ${formatTime(savedMs)}`);
  };
  return {
    heard: (piece) => {
      samples += piece.length;
      show(piece.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0));
    },
    saved: (ms) => {
      savedMs = ms;
    },
    note: (text) => {
      clear();
      note(text.trim());
    },
    clear,
  };
}
