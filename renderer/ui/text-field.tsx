import { useId } from 'react';
import page from './page.module.css';

interface TextFieldProps {
  label: string;
  note?: string;
  value: string;
  /** More than one line to write in. */
  rows?: number | undefined;
  /** Where writing begins: the form was just asked for. */
  isFirst?: boolean;
  onChange: (value: string) => void;
  testId: string;
}

/** A text to write, of one line or of several. */
export function TextField({ label, note, value, rows, isFirst = false, onChange, testId }: TextFieldProps) {
  const id = useId();
  const shared = {
    id,
    value,
    autoFocus: isFirst,
    'aria-describedby': note === undefined ? undefined : `${id}-note`,
    'data-testid': testId,
  };
  return (
    <div className={page.row}>
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <input {...shared} className={page.line} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <textarea
          {...shared}
          className={page.text}
          rows={rows}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {note !== undefined && (
        <span id={`${id}-note`} className={page.note}>
          {note}
        </span>
      )}
    </div>
  );
}
