import { Pencil } from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../../../contract/chat.ts';
import { Button } from '../../ui/button.tsx';
import { useChat } from './chat-state.ts';
import { MediaList } from './media-list.tsx';
import styles from './message-list.module.css';
import { QuestionEditor } from './question-editor.tsx';
import { RemoveFrom } from './remove-from.tsx';
import { Versions } from './versions.tsx';

/** A pasted text longer than this is folded, so that the conversation stays readable. */
const FOLD_CHARS = 1500;

/** What the user wrote, exactly. */
export const Question = memo(function Question({ message }: { message: ChatMessage }) {
  const { t } = useTranslation();
  const { text } = message;
  const [open, setOpen] = useState(false);
  const [isEditing, setIsEditing] = useState(false);
  const isBusy = useChat((state) => state.live !== undefined);
  const isFound = useChat((state) => state.foundId === message.id);
  const folded = text.length > FOLD_CHARS && !open;
  if (isEditing) return <QuestionEditor message={message} close={() => setIsEditing(false)} />;
  return (
    <div className={styles.asked} id={`message-${message.id}`} data-found={isFound || undefined}>
      <article className={styles.user} data-testid="message-user">
        <h2 className="visually-hidden">{t('chat.you')}</h2>
        {message.media !== undefined && <MediaList media={message.media} />}
        {folded ? `${text.slice(0, FOLD_CHARS).trimEnd()}…` : text}
        {text.length > FOLD_CHARS && (
          <Button look="bare" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t('chat.showLess') : t('chat.showAll', { count: text.length })}
          </Button>
        )}
      </article>
      <div className={styles.tools}>
        <Versions message={message} />
        <Button
          look="bare"
          className={styles.tool}
          disabled={isBusy}
          aria-label={t('chat.edit')}
          title={t('chat.edit')}
          onClick={() => setIsEditing(true)}
          testId="edit-question"
        >
          <Pencil size={14} aria-hidden="true" />
        </Button>
        <RemoveFrom messageId={message.id} className={styles.tool ?? ''} />
      </div>
    </div>
  );
});
