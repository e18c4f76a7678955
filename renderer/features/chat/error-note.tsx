import { RotateCcw, SquarePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ErrorCode, ErrorInfo } from '../../../contract/errors.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { newChat, retry } from './chat-store.ts';
import styles from './error-note.module.css';

/** Failures that a new chat gets out of; for the others, trying again is the way, where there is an answer to retry. */
const NEEDS_NEW_CHAT: ReadonlySet<ErrorCode> = new Set(['CONTEXT_FULL', 'CHAT_UNKNOWN']);

interface ErrorNoteProps {
  error: ErrorInfo;
  /** True where the last answer can be asked for again. */
  canRetry?: boolean;
  /** True where the error's own sentence says more than the words for its code. */
  detail?: boolean;
}

/** What happened, what was kept, one action. */
export function ErrorNote({ error, canRetry = false, detail = false }: ErrorNoteProps) {
  const { t } = useTranslation();
  const title = detail ? error.message : t(`errors.${error.code}.title`, { defaultValue: error.message });
  const hint = t(`errors.${error.code}.hint`, { defaultValue: error.hint ?? '' });
  return (
    <div className={styles.note} role="alert">
      <p className={styles.title}>{title}</p>
      <p className={styles.hint}>
        {hint} <span data-testid="error-code">({error.code})</span>
      </p>
      <div className={styles.actions}>
        {NEEDS_NEW_CHAT.has(error.code) ? (
          <Button look="quiet" className={styles.action} onClick={() => void newChat()}>
            <SquarePen size={14} aria-hidden="true" />
            {t('actions.newChat')}
          </Button>
        ) : (
          canRetry && (
            <Button look="quiet" className={styles.action} onClick={retry} testId="retry">
              <RotateCcw size={14} aria-hidden="true" />
              {t('actions.retry')}
            </Button>
          )
        )}
        <CopyButton
          text={`${error.code}: ${error.message} ${error.hint ?? ''}`.trim()}
          label={t('actions.copyDetails')}
        />
      </div>
    </div>
  );
}
