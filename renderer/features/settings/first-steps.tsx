import { Box, LockKeyhole, ShieldCheck } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGE_NAMES, LANGUAGES } from '../../../contract/app-settings.ts';
import { formatBytes } from '../../../contract/format-bytes.ts';
import { Button } from '../../ui/button.tsx';
import page from '../../ui/page.module.css';
import { keysOf } from '../../ui/shortcut.ts';
import { PassphraseForm } from '../history/passphrase-form.tsx';
import { forgetProblem, useStorage } from '../history/storage-store.ts';
import { show, useModels } from '../models/models-store.ts';
import { NetworkNeeded } from '../models/network-needed.tsx';
import { goTo } from '../places/places-store.ts';
import styles from './first-steps.module.css';
import { changeSettings, useSettings } from './settings-store.ts';

const STEPS = [Welcome, YourModel, YourPassphrase];

/** Whether the first steps lie over the page. */
export const selectFirst = ({ isRead, settings }: ReturnType<typeof useSettings.getState>): boolean =>
  isRead && !settings.hasStarted;

/** Three steps at the very first start, each of which can be left out. Chatting works without any of them. */
export function FirstSteps() {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const panel = useRef<HTMLDivElement>(null);
  const [isTyped, setIsTyped] = useState(false);
  const isWorking = useStorage((state) => state.isWorking);
  const leave = () => void changeSettings({ hasStarted: true });
  // A passphrase that was typed is not thrown away by a key.
  useOnlyKeys(isTyped ? () => undefined : leave);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new step is read from its beginning
  useEffect(() => panel.current?.focus(), [at]);
  const Step = STEPS[at] ?? Welcome;
  const isLast = at === STEPS.length - 1;
  return (
    <div className={styles.veil}>
      <div
        ref={panel}
        className={styles.panel}
        role="dialog"
        aria-modal="true"
        aria-label={t('start.title')}
        tabIndex={-1}
        data-testid="first-steps"
      >
        <p className={page.note}>{t('start.step', { at: at + 1, count: STEPS.length })}</p>
        <Step leave={leave} onTyped={setIsTyped} />
        <div className={styles.choices}>
          <Button look="bare" onClick={leave} testId="skip-steps">
            {t('start.skip')}
          </Button>
          {isLast && isTyped ? (
            <Button look="primary" type="submit" form={FORM_ID} disabled={isWorking} testId="next-step">
              {t(isWorking ? 'history.storage.working' : 'start.keep')}
            </Button>
          ) : (
            <Button look="primary" onClick={() => (isLast ? leave() : setAt(at + 1))} testId="next-step">
              {t(isLast ? 'start.done' : 'start.next')}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

/** What the keys do is behind this page, and nobody sees it there; only Escape is for here. Copying and pasting go on. */
function useOnlyKeys(leave: () => void): void {
  const onEscape = useEffectEvent(leave);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onEscape();
      if (event.key === 'Escape' || keysOf(event) !== undefined) event.stopPropagation();
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
}

interface StepProps {
  leave: () => void;
  /** Whether there is something that going on would lose. */
  onTyped: (isTyped: boolean) => void;
}

const FORM_ID = 'first-passphrase';

function Welcome(_: StepProps) {
  const { t } = useTranslation();
  const language = useSettings((state) => state.settings.language);
  return (
    <>
      <ShieldCheck size={28} aria-hidden="true" className={styles.icon} />
      <h2 className={styles.title}>{t('start.welcome')}</h2>
      <p className={styles.text}>{t('start.welcomeText')}</p>
      <label className={styles.language}>
        {t('settings.language.name')}
        <select
          className={page.select}
          value={language}
          onChange={({ target }) =>
            void changeSettings({
              language: LANGUAGES.find((one) => one === target.value) ?? 'system',
            })
          }
        >
          <option value="system">{t('settings.themes.system')}</option>
          {LANGUAGES.map((one) => (
            <option key={one} value={one}>
              {LANGUAGE_NAMES[one]}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

function YourModel({ leave }: StepProps) {
  const { t } = useTranslation();
  const overview = useModels((state) => state.overview);
  const entry = overview?.entries.find(
    (one) => one.recommended && one.task === 'chat' && one.fit?.verdict !== 'too-large',
  );
  const free = entry?.fit?.freeBytes;
  return (
    <>
      <Box size={28} aria-hidden="true" className={styles.icon} />
      <h2 className={styles.title}>{t('start.model')}</h2>
      <p className={styles.text}>
        {t('start.modelText')}
        {free !== undefined && ` ${t('models.memoryFree', { free: formatBytes(free) })}.`}
      </p>
      {entry !== undefined && (
        <div className={styles.card}>
          <p className={styles.name}>{entry.name}</p>
          <p className={page.note}>
            {[entry.licence, entry.sizeBytes === undefined ? '' : formatBytes(entry.sizeBytes)]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <NetworkNeeded words="start.networkNeeded" />
          <Button
            look="quiet"
            onClick={() => {
              leave();
              show('machine');
              goTo('models');
            }}
            testId="see-model"
          >
            {t('start.seeModel')}
          </Button>
        </div>
      )}
    </>
  );
}

function YourPassphrase({ leave, onTyped }: StepProps) {
  const { t } = useTranslation();
  const status = useStorage((state) => state.status);
  const isInMemory = status?.state === 'memory' && status.problem === undefined;
  const close = () => {
    forgetProblem();
    leave();
  };
  return (
    <>
      <LockKeyhole size={28} aria-hidden="true" className={styles.icon} />
      <h2 className={styles.title}>{t('start.kept')}</h2>
      <p className={styles.text}>{t(isInMemory ? 'start.keptInMemory' : 'start.keptText')}</p>
      {isInMemory && (
        <PassphraseForm hasPassphrase={false} close={close} within={{ formId: FORM_ID, onTyped }} />
      )}
    </>
  );
}
