import type { LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ErrorInfo } from '../../contract/errors.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import styles from './error-note.module.css';
import { errorWords } from './error-words.ts';

export interface ErrorAction {
  label: string;
  icon: LucideIcon;
  act: () => void;
  testId?: string;
}

interface ErrorNoteProps {
  error: ErrorInfo;
  /** The one thing to do about it, where there is one. */
  action?: ErrorAction | undefined;
  /** True where the error's own sentence says more than the words for its code. */
  detail?: boolean;
  /** False for a failure of the past, which is not read out when it is shown once more. */
  isNews?: boolean;
}

/** What happened, what was kept, one action. */
export function ErrorNote({ error, action, detail = false, isNews = true }: ErrorNoteProps) {
  const { t } = useTranslation();
  const { title, hint, details } = errorWords(t, error, detail);
  return (
    <div className={styles.note} role={isNews ? 'alert' : 'note'} data-testid="error-note">
      <p className={styles.title}>{title}</p>
      <p className={styles.hint}>
        {hint} <span data-testid="error-code">({error.code})</span>
      </p>
      <div className={styles.actions}>
        {action !== undefined && (
          <Button
            look="quiet"
            className={styles.action}
            onClick={action.act}
            {...(action.testId === undefined ? {} : { testId: action.testId })}
          >
            <action.icon size={14} aria-hidden="true" />
            {action.label}
          </Button>
        )}
        <CopyButton text={details} label={t('actions.copyDetails')} />
      </div>
    </div>
  );
}
