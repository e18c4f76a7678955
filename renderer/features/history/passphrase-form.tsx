import { type FormEvent, useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SHORTEST_PASSPHRASE } from '../../../contract/limits.ts';
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
  /** It is part of a larger step, whose own button sends it. */
  within?: { formId: string; onTyped: (isTyped: boolean) => void };
}

/** Sets the first passphrase, or another one. */
export function PassphraseForm({ hasPassphrase, close, done, words, within }: PassphraseFormProps) {
  const { t } = useTranslation();
  const problem = useStorage((state) => state.problem);
  const isWorking = useStorage((state) => state.isWorking);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const isSame = next === again;
  const isLongEnough = next.trim().length >= SHORTEST_PASSPHRASE;
  const ruleId = useId();
  const onTyped = useEffectEvent((isTyped: boolean) => within?.onTyped(isTyped));
  useEffect(() => onTyped(next !== '' || again !== ''), [next, again]);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (
      isWorking ||
      !isSame ||
      !isLongEnough ||
      !(await setPassphrase(next, hasPassphrase ? current : undefined))
    )
      return;
    close();
    done?.();
  };
  return (
    <form
      ref={form}
      id={within?.formId}
      className={styles.form}
      onSubmit={(event) => void submit(event)}
      data-testid="passphrase-form"
    >
      {within === undefined && (
        <h3 className={styles.title}>
          {words?.title ?? t(hasPassphrase ? 'history.storage.change' : 'history.storage.set')}
        </h3>
      )}
      <p className={styles.hint}>{words?.hint ?? t('history.storage.hint')}</p>
      {hasPassphrase && (
        <Secret label={t('history.storage.current')} value={current} onChange={setCurrent} testId="current" />
      )}
      <Secret
        label={t('history.storage.next')}
        value={next}
        onChange={setNext}
        describedBy={ruleId}
        testId="next"
      />
      <p id={ruleId} className={styles.hint} data-testid="passphrase-rule">
        {t('history.storage.rule', { count: SHORTEST_PASSPHRASE })}
      </p>
      <Secret label={t('history.storage.again')} value={again} onChange={setAgain} testId="again" />
      {!isSame && again !== '' && (
        <p className={styles.hint} role="alert">
          {t('history.storage.differ')}
        </p>
      )}
      {problem !== undefined && <ErrorNote error={problem} detail />}
      {within === undefined && (
        <div className={styles.choices}>
          <Button
            look="primary"
            type="submit"
            disabled={isWorking || !isLongEnough || !isSame}
            testId="save-passphrase"
          >
            {isWorking ? t('history.storage.working') : t('history.storage.save')}
          </Button>
          <Button look="quiet" onClick={close}>
            {t('history.storage.cancel')}
          </Button>
        </div>
      )}
    </form>
  );
}

interface SecretProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What it must be like. */
  describedBy?: string;
  testId: string;
}

export function Secret({ label, value, onChange, describedBy, testId }: SecretProps) {
  return (
    <input
      type="password"
      className={styles.field}
      value={value}
      autoComplete="off"
      spellCheck={false}
      aria-label={label}
      aria-describedby={describedBy}
      placeholder={label}
      onChange={(event) => onChange(event.target.value)}
      data-testid={`passphrase-${testId}`}
    />
  );
}
