import { Archive, FileDown, Folder, SquarePen } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { SkippedMessages } from '../../../contract/history.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { useClosing } from '../../ui/use-closing.ts';
import { useFromStart } from '../../ui/use-from-start.ts';
import { useChat } from '../chat/chat-state.ts';
import { newChat } from '../chat/chat-store.ts';
import { goTo } from '../places/places-store.ts';
import { useKeysText, useShortcut } from '../settings/settings-store.ts';
import { ChatItem } from './chat-item.tsx';
import { groupChats, inFolders } from './history-groups.ts';
import styles from './history-list.module.css';
import {
  connectHistory,
  importChats,
  refreshHistory,
  searchFor,
  showArchived,
  stopImport,
  toggleList,
  undelete,
  useHistory,
} from './history-store.ts';
import { SearchResults } from './search-results.tsx';
import { StorageNote } from './storage-note.tsx';

/** Every chat, by when it was used; what a search finds in them. */
export function HistoryList() {
  const { t } = useTranslation();
  const search = useHistory((state) => state.search);
  const hits = useHistory((state) => state.hits);
  const kind = useHistory((state) => state.kind);
  const problem = useHistory((state) => state.problem);
  const isOpen = useHistory((state) => state.isOpen);
  const field = useRef<HTMLInputElement>(null);
  const side = useRef<HTMLElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  useFromStart(scroll, hits);
  useFromStart(scroll, kind);
  useClosing(isOpen, side, () => toggleList(false));
  useEffect(() => {
    void refreshHistory();
    const stop = connectHistory();
    return stop;
  }, []);
  useShortcut('searchAll', () => {
    // In another place, or in a narrow window, it has to be on the screen first.
    flushSync(() => {
      goTo('chat');
      toggleList(true);
    });
    field.current?.focus();
  });
  return (
    <aside className={styles.side} ref={side} data-open={isOpen} aria-label={t('history.title')}>
      <div className={styles.head}>
        <h2 className={styles.title}>{t('history.title')}</h2>
        <Button
          look="bare"
          onClick={() => void newChat()}
          title={t('chat.newShortcut', { shortcut: useKeysText('newItem') })}
          aria-label={t('chat.new')}
          testId="new-chat"
        >
          <SquarePen size={16} aria-hidden="true" />
        </Button>
      </div>
      <SearchField
        field={field}
        value={search}
        name={t('history.find')}
        shortcut={useKeysText('searchAll')}
        onChange={searchFor}
        testId="history-search"
      />
      <div className={styles.scroll} ref={scroll}>
        {problem !== undefined && <ErrorNote error={problem} />}
        {hits === undefined ? <Chats /> : <SearchResults hits={hits} />}
      </div>
      <Undo />
      <StorageNote />
    </aside>
  );
}

function Chats() {
  const { t } = useTranslation();
  const chats = useHistory((state) => state.chats);
  const showsArchived = useHistory((state) => state.showsArchived);
  const archived = chats.filter((chat) => chat.isArchived);
  const shown = showsArchived ? archived : chats.filter((chat) => !chat.isArchived);
  const { folders, loose } = inFolders(shown);
  const chatId = useChat((state) => state.chatId);
  return (
    <>
      {shown.length === 0 && <p className={styles.none}>{t('history.none')}</p>}
      {folders.map(({ name, chats: members }) => (
        <details key={name} open={members.some(({ id }) => id === chatId) || undefined} data-testid="folder">
          <summary className={styles.folder}>
            <Folder size={14} aria-hidden="true" />
            <span className={styles.cut}>{name}</span>
            <span className={styles.count}>{members.length}</span>
          </summary>
          <ul className={styles.list}>
            {members.map((chat) => (
              <ChatItem key={chat.id} chat={chat} />
            ))}
          </ul>
        </details>
      ))}
      {[...groupChats(loose)].map(([group, members]) => (
        <section key={group} aria-label={t(`history.group.${group}`)}>
          <h3 className={styles.group}>{t(`history.group.${group}`)}</h3>
          <ul className={styles.list}>
            {members.map((chat) => (
              <ChatItem key={chat.id} chat={chat} />
            ))}
          </ul>
        </section>
      ))}
      <Button look="bare" className={styles.archive} onClick={() => void importChats()} testId="import-chats">
        <FileDown size={14} aria-hidden="true" />
        {t('history.import')}
      </Button>
      {(archived.length > 0 || showsArchived) && (
        <Button
          look="bare"
          className={styles.archive}
          aria-pressed={showsArchived}
          onClick={() => showArchived(!showsArchived)}
          testId="show-archived"
        >
          <Archive size={14} aria-hidden="true" />
          {showsArchived ? t('history.all') : t('history.archived', { count: archived.length })}
        </Button>
      )}
    </>
  );
}

function skippedReasons(skipped: SkippedMessages): Array<[keyof SkippedMessages, number]> {
  const reasons = Object.entries(skipped) as Array<[keyof SkippedMessages, number]>;
  return reasons.filter(([, count]) => count > 0);
}

/** Tells of the last import, and offers to take the last deletion back. */
function Undo() {
  const { t, i18n } = useTranslation();
  const deleted = useHistory((state) => state.deleted);
  const imported = useHistory((state) => state.imported);
  const importing = useHistory((state) => state.importing);
  return (
    <div role="status">
      {importing !== undefined && (
        <p className={styles.undo} data-testid="importing">
          <span>
            {t('history.importing', { count: importing, shown: importing.toLocaleString(i18n.language) })}
          </span>
          <Button look="quiet" onClick={stopImport} testId="stop-import">
            {t('composer.stop')}
          </Button>
        </p>
      )}
      {imported !== undefined && deleted === undefined && (
        <p className={styles.undo}>
          {t('history.imported', { count: imported.count })}
          {imported.leftOut > 0 && ` ${t('history.leftOut', { count: imported.leftOut })}`}
          {skippedReasons(imported.skipped).map(
            ([reason, count]) => ` ${t(`history.skipped.${reason}`, { count })}`,
          )}
        </p>
      )}
      {deleted !== undefined && (
        <p className={styles.undo}>
          <span className={styles.cut}>{t('history.deleted', { title: deleted.title })}</span>
          <Button look="quiet" onClick={() => void undelete()} testId="undo-delete">
            {t('history.undo')}
          </Button>
        </p>
      )}
    </div>
  );
}
