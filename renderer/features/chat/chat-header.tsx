import { SquarePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { PrivateChip } from '../../ui/private-chip.tsx';
import { shortcutText } from '../../ui/shortcut.ts';
import { selectModel, useEngine } from '../engine/engine-store.ts';
import styles from './chat-header.module.css';
import { newChat } from './chat-store.ts';
import { DeviceChip } from './device-chip.tsx';

export const NEW_CHAT_KEY = 'N';

/** Which model answers, on what, and that it is all here. */
export function ChatHeader() {
  const { t } = useTranslation();
  const model = useEngine(selectModel);
  return (
    <header className={styles.header}>
      <h1 className={styles.name}>{t('app.name')}</h1>
      {model !== undefined && (
        <span className={styles.chip} data-testid="model-chip">
          <span className="visually-hidden">{t('engine.model')}: </span>
          {[model.name, model.quantization].filter(Boolean).join(' · ')}
        </span>
      )}
      <DeviceChip />
      <PrivateChip hint={t('chat.privateHint')} />
      <Button
        look="quiet"
        onClick={() => void newChat()}
        title={t('chat.newShortcut', { shortcut: shortcutText(NEW_CHAT_KEY) })}
        testId="new-chat"
      >
        <SquarePen size={15} aria-hidden="true" />
        <span className={styles.label}>{t('chat.new')}</span>
      </Button>
    </header>
  );
}
