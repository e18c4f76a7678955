import { PanelLeft, SquarePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { PrivateChip } from '../../ui/private-chip.tsx';
import { selectModel, useEngine } from '../engine/engine-store.ts';
import { toggleList } from '../history/history-store.ts';
import { PersonaSelect } from '../personas/persona-picker.tsx';
import styles from './chat-header.module.css';
import { useChat } from './chat-state.ts';
import { newChat } from './chat-store.ts';
import { DeviceChip } from './device-chip.tsx';

/** Which model answers, on what, and that it is all here. */
export function ChatHeader() {
  const { t } = useTranslation();
  const model = useEngine(selectModel);
  const title = useChat((state) => state.title);
  return (
    <header className={styles.header}>
      <NarrowTools />
      <h1 className={styles.name}>{title || t('chat.new')}</h1>
      {model !== undefined && (
        <span className={styles.chip} data-testid="model-chip">
          <span className="visually-hidden">{t('engine.model')}: </span>
          {[model.name, model.quantization].filter(Boolean).join(' · ')}
        </span>
      )}
      <DeviceChip />
      <PersonaSelect />
      <PrivateChip hint={t('chat.privateHint')} />
    </header>
  );
}

/** What stands at the head of the list of chats, while a narrow window has no room for that. */
function NarrowTools() {
  const { t } = useTranslation();
  return (
    <span className={styles.narrow}>
      <Button look="bare" aria-label={t('history.title')} onClick={() => toggleList(true)} testId="open-list">
        <PanelLeft size={16} aria-hidden="true" />
      </Button>
      <Button look="bare" aria-label={t('chat.new')} onClick={() => void newChat()} testId="new-chat-narrow">
        <SquarePen size={16} aria-hidden="true" />
      </Button>
    </span>
  );
}
