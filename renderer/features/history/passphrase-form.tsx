import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import styles from './passphrase-form.module.css';
import { setPassphrase, useStorage } from './storage-store.ts';

interface PassphraseFormProps {
  hasPassphrase: boolean;
  close: () => void;
  /** Once it was set. */
  done?: () => void;
  /** What it is for, where that is not what the list of chats says. */
  words?: { title: string; hint: string };
}

/** Sets the first passphrase, or another one. */
export function PassphraseForm({ hasPassphrase, close, done, words }: PassphraseFormProps) {
  const { t } = useTranslation();
  const problem = useStorage((state) => state.problem);
  const isWorking = useStorage((state) => state.isWorking);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const isSame = next === again;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isSame || !(await setPassphrase(next, hasPassphrase ? current : undefined))) return;
    close();
    done?.();
  };
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event) => void submit(event)}
      data-testid="passphrase-form"
    >
      <h3 className={styles.title}>{words?.title ?? t('history.storage.set')}</h3>
      <p className={styles.hint}>{words?.hint ?? t('history.storage.hint')}</p>
      {hasPassphrase && (
        <Secret label={t('history.storage.current')} value={current} onChange={setCurrent} testId="current" />
      )}
      <Secret label={t('history.storage.next')} value={next} onChange={setNext} testId="next" />
      <Secret label={t('history.storage.again')} value={again} onChange={setAgain} testId="again" />
      {!isSame && again !== '' && (
        <p className={styles.hint} role="alert">
          {t('history.storage.differ')}
        </p>
      )}
      {problem !== undefined && <ErrorNote error={problem} detail />}
      <div className={styles.choices}>
        <Button
          look="primary"
          type="submit"
          disabled={isWorking || next === '' || !isSame}
          testId="save-passphrase"
        >
          {isWorking ? t('history.storage.working') : t('history.storage.save')}
        </Button>
        <Button look="quiet" onClick={close}>
          {t('history.storage.cancel')}
        </Button>
      </div>
    </form>
  );
}

interface SecretProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  testId: string;
}

export function Secret({ label, value, onChange, testId }: SecretProps) {
  return (
    <input
      type="password"
      className={styles.field}
      value={value}
      autoComplete="off"
      spellCheck={false}
      aria-label={label}
      placeholder={label}
      onChange={(event) => onChange(event.target.value)}
      data-testid={`passphrase-${testId}`}
    />
  );
}
