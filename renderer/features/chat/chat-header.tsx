import { Lock, SquarePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { selectModel, useEngine } from '../engine/engine-store.ts';
import styles from './chat-header.module.css';
import { newChat } from './chat-store.ts';

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
        {t('chat.private')}
      </span>
      <Button look="quiet" onClick={() => void newChat()} title={t('chat.newShortcut')} testId="new-chat">
        <SquarePen size={15} aria-hidden="true" />
        {t('chat.new')}
      </Button>
    </header>
  );
}

function DeviceChip() {
  const { t } = useTranslation();
  const status = useEngine((state) => state.status);
  const label = status.state === 'ready' ? t(`engine.${status.device}`) : t(`engine.${status.state}`);
  const reason =
    status.state === 'ready' ? status.notice : status.state === 'failed' ? status.error : undefined;
  return (
    <span
      className={styles.chip}
      data-testid="device-chip"
      data-state={status.state}
      title={reason === undefined ? undefined : reason.message}
    >
      <span className={styles.dot} data-state={status.state} aria-hidden="true" />
      <span className="visually-hidden">{t('engine.device')}: </span>
      {label}
      {reason !== undefined && <span className="visually-hidden">. {reason.message}</span>}
    </span>
  );
}
