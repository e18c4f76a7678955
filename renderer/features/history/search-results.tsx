import { AudioLines } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SearchHit } from '../../../contract/history.ts';
import styles from './history-list.module.css';
import { openHit } from './history-store.ts';

const keyOf = (hit: SearchHit): string =>
  hit.kind === 'transcript' ? hit.transcriptId : hit.kind === 'message' ? hit.messageId : hit.chatId;

/** What a search found, the newest first; each leads to its place. */
export function SearchResults({ hits }: { hits: SearchHit[] }) {
  const { t } = useTranslation();
  return (
    <>
      <p className={styles.group} role="status">
        {t('history.found', { count: hits.length })}
      </p>
      <ul className={styles.list}>
        {hits.map((hit) => (
          <li key={keyOf(hit)}>
            <button
              type="button"
              className={styles.hit}
              onClick={() => void openHit(hit)}
              data-testid="search-hit"
            >
              <span className={styles.hitTitle}>
                {hit.kind === 'transcript' && <AudioLines size={13} aria-label={t('history.transcript')} />}
                {hit.title || t('history.untitled')}
              </span>
              <span className={styles.snippet}>
                {hit.snippet.map(({ text, isMatch }, index) =>
                  isMatch ? <mark key={index}>{text}</mark> : text,
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
