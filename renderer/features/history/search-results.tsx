import { AudioLines } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SearchHit } from '../../../contract/history.ts';
import { Button } from '../../ui/button.tsx';
import styles from './history-list.module.css';
import { openHit, showKind, useHistory } from './history-store.ts';

const keyOf = (hit: SearchHit): string =>
  hit.kind === 'transcript' ? hit.transcriptId : hit.kind === 'message' ? hit.messageId : hit.chatId;

/** What a search found, the newest first; each leads to its place. */
export function SearchResults({ hits }: { hits: SearchHit[] }) {
  const { t } = useTranslation();
  const kind = useHistory((state) => state.kind);
  const shown = hits.filter(
    (hit) => kind === 'all' || (hit.kind === 'transcript') === (kind === 'transcripts'),
  );
  return (
    <>
      <fieldset className={styles.kinds} aria-label={t('history.kind')}>
        {(['all', 'chats', 'transcripts'] as const).map((one) => (
          <Button
            key={one}
            look={one === kind ? 'quiet' : 'bare'}
            aria-pressed={one === kind}
            onClick={() => showKind(one)}
            testId={`kind-${one}`}
          >
            {t(`history.kinds.${one}`)}
          </Button>
        ))}
      </fieldset>
      <p className={styles.group} role="status">
        {t('history.found', { count: shown.length })}
      </p>
      <ul className={styles.list}>
        {shown.map((hit) => (
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
