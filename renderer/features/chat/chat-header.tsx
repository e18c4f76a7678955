import { useTranslation } from 'react-i18next';
import { PrivateChip } from '../../ui/private-chip.tsx';
import { selectModel, useEngine } from '../engine/engine-store.ts';
import styles from './chat-header.module.css';
import { useChat } from './chat-store.ts';
import { DeviceChip } from './device-chip.tsx';

export const NEW_CHAT_KEY = 'N';

/** Which model answers, on what, and that it is all here. */
export function ChatHeader() {
  const { t } = useTranslation();
  const model = useEngine(selectModel);
  const title = useChat((state) => state.title);
  return (
    <header className={styles.header}>
      <h1 className={styles.name}>{title || t('chat.new')}</h1>
      {model !== undefined && (
        <span className={styles.chip} data-testid="model-chip">
          <span className="visually-hidden">{t('engine.model')}: </span>
          {[model.name, model.quantization].filter(Boolean).join(' · ')}
        </span>
      )}
      <DeviceChip />
      <PrivateChip hint={t('chat.privateHint')} />
    </header>
  );
}
