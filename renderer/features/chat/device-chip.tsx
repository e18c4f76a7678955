import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorInfo } from '../../../contract/errors.ts';
import { errorWords } from '../../ui/error-words.ts';
import { useClosing } from '../../ui/use-closing.ts';
import { useEngine } from '../engine/engine-store.ts';
import styles from './device-chip.module.css';

/** What the model runs on. Where that is not as wished, the reason is one click or key press away. */
export function DeviceChip() {
  const { t } = useTranslation();
  const status = useEngine((state) => state.status);
  const label = (
    <>
      <span className={styles.dot} data-state={status.state} aria-hidden="true" />
      <span className="visually-hidden">{t('engine.device')}: </span>
      {status.state === 'ready' ? t(`engine.${status.device}`) : t(`engine.${status.state}`)}
    </>
  );
  const reason =
    status.state === 'ready' ? status.notice : status.state === 'failed' ? status.error : undefined;
  return (
    <div className={styles.place} data-testid="device-chip" data-state={status.state}>
      {reason === undefined ? (
        <span className={styles.chip}>{label}</span>
      ) : (
        <Reason reason={reason} hasHint={status.state === 'failed'}>
          {label}
        </Reason>
      )}
    </div>
  );
}

interface ReasonProps {
  reason: ErrorInfo;
  /** False where the reason's own sentence says what happens instead. */
  hasHint: boolean;
  children: ReactNode;
}

function Reason({ reason, hasHint, children }: ReasonProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  useClosing(open, place, () => setOpen(false));
  const { title, hint } = errorWords(t, reason);
  const said = errorWords(t, reason, true).title;
  return (
    <div ref={place}>
      <button
        type="button"
        className={styles.chip}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {children}
        <ChevronDown size={12} aria-hidden="true" />
      </button>
      <div id={id} className={styles.reason} hidden={!open} role="note">
        <p className={styles.title}>{title}</p>
        {said !== title && <p>{said}</p>}
        {hasHint && <p>{hint}</p>}
      </div>
    </div>
  );
}
