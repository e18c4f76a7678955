import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import styles from './message-list.module.css';

/** A pasted text longer than this is folded, so that the conversation stays readable. */
const FOLD_CHARS = 1500;

/** What the user wrote, exactly. */
export const Question = memo(function Question({ text }: { text: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const folded = text.length > FOLD_CHARS && !open;
  return (
    <article className={styles.user} data-testid="message-user">
      <h2 className="visually-hidden">{t('chat.you')}</h2>
      {folded ? `${text.slice(0, FOLD_CHARS).trimEnd()}…` : text}
      {text.length > FOLD_CHARS && (
        <Button look="bare" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t('chat.showLess') : t('chat.showAll', { count: text.length })}
        </Button>
      )}
    </article>
  );
});
