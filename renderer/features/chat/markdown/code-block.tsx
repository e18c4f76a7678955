import { isValidElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../ui/copy-button.tsx';
import styles from './markdown.module.css';

/** Code between backticks in a line. */
export function InlineCode({ children }: { children?: ReactNode }) {
  return <code>{children}</code>;
}

/** A block of code with its language and a way to copy it. */
export function CodeBlock({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  const code = isValidElement<{ children?: ReactNode; className?: string }>(children)
    ? children.props
    : undefined;
  // The parser ends every block with a line break, which would run a command pasted into a terminal.
  const text = toText(code?.children ?? children).replace(/\n$/, '');
  const language = /language-([\w+#-]+)/.exec(code?.className ?? '')?.[1];
  return (
    <div className={styles.code}>
      <div className={styles.codeHead}>
        <span>{language ?? ''}</span>
        <CopyButton text={text} label={t('markdown.copyCode')} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide code must scroll by keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </div>
  );
}

function toText(node: ReactNode): string {
  if (Array.isArray(node)) return node.map(toText).join('');
  if (isValidElement<{ children?: ReactNode }>(node)) return toText(node.props.children);
  return typeof node === 'string' || typeof node === 'number' ? String(node) : '';
}
