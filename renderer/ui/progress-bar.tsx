import styles from './progress-bar.module.css';

interface ProgressBarProps {
  /** From 0 to 1. */
  share: number;
  /** What it is the progress of; without it, the bar says what a text beside it says already and is not read out. */
  label?: string;
  /** Something goes on, and nobody knows how far it is. */
  isOpen?: boolean;
  className?: string | undefined;
  testId?: string;
}

/** The only progress bar of the app. */
export function ProgressBar({ share, label, isOpen = false, className, testId }: ProgressBarProps) {
  const percent = 100 * Math.min(1, Math.max(0, share));
  const spoken =
    label === undefined
      ? { 'aria-hidden': true }
      : {
          role: 'progressbar',
          'aria-label': label,
          'aria-valuemin': 0,
          'aria-valuemax': 100,
          ...(isOpen ? {} : { 'aria-valuenow': Math.floor(percent) }),
        };
  return (
    <div {...spoken} className={[styles.track, className].filter(Boolean).join(' ')} data-testid={testId}>
      <span className={styles.done} style={{ width: `${percent}%` }} />
    </div>
  );
}
