import { ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './thought.module.css';

/** What a model thought before its answer: there for whoever wants to see it. */
export function Thought({ text, isThinking }: { text: string; isThinking: boolean }) {
  const { t } = useTranslation();
  return (
    <details className={styles.thought} data-testid="thought">
      <summary className={styles.head}>
        <ChevronRight size={14} aria-hidden="true" />
        {t(isThinking ? 'answer.thinking' : 'answer.thought')}
      </summary>
      <p className={styles.text}>{text}</p>
    </details>
  );
}
