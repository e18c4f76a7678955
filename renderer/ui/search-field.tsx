import { Search } from 'lucide-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './search-field.module.css';

interface SearchFieldProps {
  field: RefObject<HTMLInputElement | null>;
  value: string;
  /** What is looked through. */
  name: string;
  /** The keys that lead here, as this system writes them. */
  shortcut: string;
  onChange: (value: string) => void;
  testId: string;
}

/** Where one looks for something; Escape empties it. */
export function SearchField({ field, value, name, shortcut, onChange, testId }: SearchFieldProps) {
  const { t } = useTranslation();
  return (
    <label className={styles.search}>
      <Search size={14} aria-hidden="true" />
      <input
        ref={field}
        type="search"
        className={styles.field}
        value={value}
        placeholder={name}
        aria-label={t('actions.withKeys', { name, shortcut })}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onChange('')}
        data-testid={testId}
      />
    </label>
  );
}
