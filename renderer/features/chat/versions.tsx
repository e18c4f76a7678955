import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../../../contract/chat.ts';
import { Button } from '../../ui/button.tsx';
import { useChat } from './chat-state.ts';
import { showVersion } from './chat-store.ts';
import styles from './versions.module.css';

/** Leads to the other versions of a message, where there are any. */
export function Versions({ message: { id, versions = [] } }: { message: ChatMessage }) {
  const { t } = useTranslation();
  const isBusy = useChat((state) => state.live !== undefined);
  const at = versions.indexOf(id);
  if (versions.length < 2 || at === -1) return null;
  const go = (to: string | undefined) => to !== undefined && void showVersion(to);
  return (
    <span className={styles.versions} data-testid="versions">
      <Button
        look="bare"
        disabled={isBusy || at === 0}
        aria-label={t('chat.previousVersion')}
        onClick={() => go(versions[at - 1])}
        testId="previous-version"
      >
        <ChevronLeft size={14} aria-hidden="true" />
      </Button>
      <span className={styles.count}>
        <span className="visually-hidden">
          {t('chat.version', { index: at + 1, count: versions.length })}
        </span>
        <span aria-hidden="true">
          {at + 1}/{versions.length}
        </span>
      </span>
      <Button
        look="bare"
        disabled={isBusy || at === versions.length - 1}
        aria-label={t('chat.nextVersion')}
        onClick={() => go(versions[at + 1])}
        testId="next-version"
      >
        <ChevronRight size={14} aria-hidden="true" />
      </Button>
    </span>
  );
}
