import { Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { useClosing } from '../../ui/use-closing.ts';
import { useChat } from './chat-state.ts';
import { removeFrom } from './chat-store.ts';
import styles from './remove-from.module.css';

/** Deletes from here on, after a question: there is no way back. */
export function RemoveFrom({ messageId, className }: { messageId: string; className?: string }) {
  const { t } = useTranslation();
  const [asks, setAsks] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const isBusy = useChat((state) => state.live !== undefined);
  useClosing(asks, place, () => setAsks(false));
  return (
    <span className={styles.place} ref={place}>
      {asks ? (
        <>
          <Button look="danger" onClick={() => void removeFrom(messageId)} testId="confirm-remove-from">
            {t('chat.removeFrom')}
          </Button>
          <Button look="bare" onClick={() => setAsks(false)}>
            {t('chat.keepQuestion')}
          </Button>
        </>
      ) : (
        <Button
          look="bare"
          className={className}
          disabled={isBusy}
          aria-label={t('chat.removeFromHint')}
          title={t('chat.removeFromHint')}
          onClick={() => setAsks(true)}
          testId="remove-from"
        >
          <Trash2 size={14} aria-hidden="true" />
        </Button>
      )}
    </span>
  );
}
