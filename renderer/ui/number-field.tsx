import { useId } from 'react';
import styles from './number-field.module.css';

interface NumberFieldProps {
  label: string;
  /** What it does, in a few words. */
  note?: string;
  value: string;
  /** What holds while the field is empty. */
  fallback: string;
  onChange: (value: string) => void;
  testId: string;
}

/** A number that may be left out. */
export function NumberField({ label, note, value, fallback, onChange, testId }: NumberFieldProps) {
  const id = useId();
  return (
    <div className={styles.row}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {note !== undefined && <span className={styles.note}>{note}</span>}
      </label>
      <input
        id={id}
        className={styles.input}
        inputMode="decimal"
        value={value}
        placeholder={fallback}
        onChange={(event) => onChange(event.target.value)}
        data-testid={testId}
      />
    </div>
  );
}

/** Undefined where the field is empty; NaN, which core refuses by name, where it holds no number. */
export function numberIn(text: string | undefined): number | undefined {
  const trimmed = (text ?? '').trim().replace(',', '.');
  return trimmed === '' ? undefined : Number(trimmed);
}
