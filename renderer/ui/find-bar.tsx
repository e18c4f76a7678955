import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import styles from './find-bar.module.css';
import { useClosing } from './use-closing.ts';

interface FindBarProps {
  /** What is looked for, in words. */
  name: string;
  query: string;
  onQuery: (query: string) => void;
  /** Which match is shown, from 0 on, and how many there are. */
  at: number;
  count: number;
  onStep: (to: 'previous' | 'next') => void;
  onClose: () => void;
  /** Where Enter goes; Shift+Enter goes the other way. */
  enter: 'previous' | 'next';
  /** Counts how often it was asked for: each time the keyboard goes to it. */
  asked: number;
  inputRef?: React.RefObject<HTMLInputElement | null>;
  testId: string;
  /** What else can be done with a match. */
  children?: ReactNode;
}

/** A bar above a text that finds words in it. */
export function FindBar(props: FindBarProps) {
  const { name, query, onQuery, at, count, onStep, onClose, enter, asked, testId } = props;
  const { t } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const own = useRef<HTMLInputElement>(null);
  const input = props.inputRef ?? own;
  useClosing(true, bar, onClose, 'bar');
  // biome-ignore lint/correctness/useExhaustiveDependencies: being asked for once more is the reason
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, [asked, input]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.target !== input.current) return;
    event.preventDefault();
    const other = enter === 'next' ? 'previous' : 'next';
    onStep(event.shiftKey ? other : enter);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: Chromium knows <search> from version 118 on
    <div ref={bar} className={styles.bar} role="search" onKeyDown={onKeyDown} data-testid={`${testId}-bar`}>
      <FindField ref={input} name={name} value={query} onChange={onQuery} testId={testId} />
      <span className={styles.count} role="status" data-testid={`${testId}-count`}>
        {query !== '' && t('find.count', { at: count === 0 ? 0 : at + 1, count })}
      </span>
      <Tool name={t('find.previous')} act={() => onStep('previous')} icon={ChevronUp} />
      <Tool name={t('find.next')} act={() => onStep('next')} icon={ChevronDown} />
      {props.children}
      <Tool name={t('actions.dismiss')} act={onClose} icon={X} />
    </div>
  );
}

interface FindFieldProps {
  name: string;
  value: string;
  onChange: (value: string) => void;
  testId: string;
  ref?: React.Ref<HTMLInputElement>;
}

/** A field of such a bar. */
export function FindField({ name, value, onChange, testId, ref }: FindFieldProps) {
  return (
    <input
      ref={ref}
      className={styles.field}
      type="text"
      value={value}
      aria-label={name}
      placeholder={name}
      onChange={(event) => onChange(event.target.value)}
      data-testid={testId}
    />
  );
}

function Tool({ name, act, icon: Icon }: { name: string; act: () => void; icon: typeof X }) {
  return (
    <Button look="bare" aria-label={name} title={name} onClick={act}>
      <Icon size={15} aria-hidden="true" />
    </Button>
  );
}
