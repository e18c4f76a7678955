import {
  Archive,
  ArchiveRestore,
  Download,
  Ellipsis,
  FolderInput,
  Pencil,
  Pin,
  PinOff,
  Trash2,
} from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatSummary } from '../../../contract/history.ts';
import { Button } from '../../ui/button.tsx';
import { useClosing } from '../../ui/use-closing.ts';
import { useChat } from '../chat/chat-state.ts';
import { openChat } from '../chat/chat-store.ts';
import styles from './chat-item.module.css';
import { inFolders } from './history-groups.ts';
import {
  deleteChat,
  exportChat,
  file,
  rename,
  setArchived,
  setPinned,
  startFiling,
  startRenaming,
  toggleList,
  useHistory,
} from './history-store.ts';

/** One chat of the list: opens it, and what else can be done with it. */
export function ChatItem({ chat }: { chat: ChatSummary }) {
  const { t } = useTranslation();
  const isShown = useChat((state) => state.chatId === chat.id);
  const isRunning = useHistory((state) => [...state.running.values()].includes(chat.id));
  const isRenaming = useHistory((state) => state.renaming === chat.id);
  const isFiling = useHistory((state) => state.filing === chat.id);
  if (isRenaming || isFiling) {
    return (
      <li className={styles.item}>{isRenaming ? <TitleField chat={chat} /> : <FolderField chat={chat} />}</li>
    );
  }
  return (
    <li className={styles.item} data-testid="chat-item" data-running={isRunning}>
      <button
        type="button"
        className={styles.open}
        aria-current={isShown ? 'true' : undefined}
        onClick={() => {
          toggleList(false);
          void openChat(chat.id);
        }}
        onDoubleClick={() => startRenaming(chat.id)}
      >
        {chat.isPinned && <Pin size={12} aria-label={t('history.group.pinned')} className={styles.pin} />}
        <span className={styles.title}>{chat.title || t('history.untitled')}</span>
        {isRunning && !isShown && (
          <span className={styles.running} title={t('history.answering')} data-testid="chat-running">
            <span className="visually-hidden">{t('history.answering')}</span>
          </span>
        )}
        {chat.hasDraft && !isShown && (
          <span className={styles.draft} data-testid="chat-draft">
            {t('history.draft')}
          </span>
        )}
      </button>
      <Menu chat={chat} />
    </li>
  );
}

function TitleField({ chat }: { chat: ChatSummary }) {
  const { t } = useTranslation();
  return (
    <LineField
      value={chat.title}
      name={t('history.titleOf')}
      save={(title) => void rename(chat.id, title)}
      leave={() => startRenaming(undefined)}
      testId="chat-title-field"
    />
  );
}

/** An existing folder or a new one; empty takes the chat out of its folder. */
function FolderField({ chat }: { chat: ChatSummary }) {
  const { t } = useTranslation();
  const id = useId();
  const chats = useHistory((state) => state.chats);
  return (
    <>
      <LineField
        value={chat.folder ?? ''}
        name={t('history.folderOf')}
        list={id}
        save={(folder) => void file(chat.id, folder)}
        leave={() => startFiling(undefined)}
        testId="chat-folder-field"
      />
      <datalist id={id}>
        {inFolders(chats).folders.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

interface LineFieldProps {
  value: string;
  name: string;
  list?: string;
  save: (value: string) => void;
  leave: () => void;
  testId: string;
}

/** In the place of the chat: Enter or going elsewhere takes what is written, Escape leaves it. */
function LineField({ value, name, list, save, leave, testId }: LineFieldProps) {
  const [text, setText] = useState(value);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') save(text);
    if (event.key === 'Escape') leave();
  };
  return (
    <input
      className={styles.field}
      // biome-ignore lint/a11y/noAutofocus: the field was just asked for
      autoFocus
      value={text}
      list={list}
      aria-label={name}
      placeholder={name}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => save(text)}
      onKeyDown={onKeyDown}
      data-testid={testId}
    />
  );
}

function Menu({ chat }: { chat: ChatSummary }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  useClosing(isOpen, place, () => setIsOpen(false));
  const { isPinned, isArchived } = chat;
  const actions = [
    { name: 'rename', Icon: Pencil, act: () => startRenaming(chat.id) },
    { name: 'folder', Icon: FolderInput, act: () => startFiling(chat.id) },
    {
      name: isPinned ? 'unpin' : 'pin',
      Icon: isPinned ? PinOff : Pin,
      act: () => void setPinned(chat.id, !isPinned),
    },
    {
      name: isArchived ? 'unarchive' : 'archive',
      Icon: isArchived ? ArchiveRestore : Archive,
      act: () => void setArchived(chat.id, !isArchived),
    },
    { name: 'exportMd', Icon: Download, act: () => void exportChat(chat.id, 'md') },
    { name: 'exportHtml', Icon: Download, act: () => void exportChat(chat.id, 'html') },
    { name: 'exportPdf', Icon: Download, act: () => void exportChat(chat.id, 'pdf') },
    { name: 'exportJson', Icon: Download, act: () => void exportChat(chat.id, 'json') },
    { name: 'delete', Icon: Trash2, act: () => void deleteChat(chat) },
  ] as const;
  return (
    <div className={styles.menu} ref={place}>
      <Button
        look="bare"
        className={styles.more}
        aria-expanded={isOpen}
        aria-controls={id}
        aria-label={t('history.actionsOf', { title: chat.title || t('history.untitled') })}
        onClick={() => setIsOpen(!isOpen)}
        testId="chat-actions"
      >
        <Ellipsis size={15} aria-hidden="true" />
      </Button>
      <section
        id={id}
        className={styles.panel}
        hidden={!isOpen}
        aria-label={t('history.actionsOf', { title: chat.title || t('history.untitled') })}
      >
        {actions.map(({ name, Icon, act }) => (
          <button
            key={name}
            type="button"
            className={styles.action}
            onClick={() => {
              setIsOpen(false);
              act();
            }}
            data-testid={`chat-${name}`}
          >
            <Icon size={14} aria-hidden="true" />
            {t(`history.${name}`)}
          </button>
        ))}
      </section>
    </div>
  );
}
