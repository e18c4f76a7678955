import { Component, lazy, type ReactNode, Suspense } from 'react';
import styles from './answer.module.css';

/** Loaded with the first answer: the window opens without it. */
const Markdown = lazy(() => import('./markdown/markdown.tsx'));

interface AnswerTextProps {
  text: string;
  streaming: boolean;
}

/** An answer's text; plain until the Markdown code is there, and should it ever fail. */
export function AnswerText({ text, streaming }: AnswerTextProps) {
  const plain = <p className={styles.plain}>{text}</p>;
  return (
    <div data-testid="answer-text">
      <PlainOnFailure plain={plain}>
        <Suspense fallback={plain}>
          <Markdown text={text} streaming={streaming} />
        </Suspense>
      </PlainOnFailure>
    </div>
  );
}

/** A text that breaks its renderer must not take the page down with it. */
class PlainOnFailure extends Component<{ plain: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.plain : this.props.children;
  }
}
