import { formatTime } from '../contract/format-time.ts';
import { drawLine, isDrawn } from './output.ts';

/** One line on the terminal that tells how far a file is; nothing where standard error is no terminal. */
export interface ProgressLine {
  show(
    name: string,
    progress: { stage: 'waiting' | 'loading' | 'transcribing'; doneMs: number; totalMs?: number | undefined },
  ): void;
  clear(): void;
}

export function createProgressLine(): ProgressLine {
  let shown = false;
  const clear = () => {
    if (shown) drawLine('');
    shown = false;
  };
  return {
    clear,
    show: (name, { stage, doneMs, totalMs }) => {
      if (!isDrawn()) return;
      const done =
        totalMs === undefined || totalMs === 0
          ? `${formatTime(doneMs)} read`
          : `${Math.min(100, Math.round((100 * doneMs) / totalMs))} %`;
      drawLine(
        `${name}: ${stage === 'waiting' ? 'waiting for its turn' : stage === 'loading' ? 'loading the model' : done}`,
      );
      shown = true;
    },
  };
}
