import { Lock, SquarePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { selectModel, useEngine } from '../engine/engine-store.ts';
import styles from './chat-header.module.css';
import { newChat } from './chat-store.ts';
import { DeviceChip } from './device-chip.tsx';

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
      <span className={styles.private} title={t('chat.privateHint')}>
        <Lock size={13} aria-hidden="true" />
        <span className={styles.label}>{t('chat.private')}</span>
      </span>
      <Button look="quiet" onClick={() => void newChat()} title={t('chat.newShortcut')} testId="new-chat">
        <SquarePen size={15} aria-hidden="true" />
        <span className={styles.label}>{t('chat.new')}</span>
      </Button>
    </header>
  );
}
