import { lazy, Suspense } from 'react';
import styles from './answer.module.css';

/** Loaded with the first answer: the window opens without it. */
const Markdown = lazy(() => import('./markdown/markdown.tsx'));

/** An answer's text; plain until the Markdown code is there. */
export function AnswerText({ text, streaming = false }: { text: string; streaming?: boolean }) {
  return (
    <div data-testid="answer-text">
      <Suspense fallback={<p className={styles.plain}>{text}</p>}>
        <Markdown text={text} streaming={streaming} />
      </Suspense>
    </div>
  );
}
