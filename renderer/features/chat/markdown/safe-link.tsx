import type { MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { bridge } from '../../../api/bridge.ts';
import styles from './markdown.module.css';
import { toSafeTarget } from './safe-target.ts';

/** What the Markdown library puts in place of an address that has not come in full. */
const UNFINISHED = 'streamdown:';

interface SafeLinkProps {
  href?: string | undefined;
  children?: ReactNode;
}

/**
 * A link that shows where it goes and never navigates: the host asks first, then opens the browser. An
 * address that may not be opened is shown as text.
 */
export function SafeLink({ href = '', children }: SafeLinkProps) {
  const { t } = useTranslation();
  const target = toSafeTarget(href);
  const says = (text: string) => typeof children === 'string' && children.includes(text);
  if (target === undefined) {
    const hidden = href === '' || href.startsWith(UNFINISHED) || says(href);
    return (
      <span>
        {children}
        {!hidden && ` (${href})`}
      </span>
    );
  }
  const { host } = new URL(target);
  const open = (event: MouseEvent) => {
    event.preventDefault();
    void bridge().calls['links.open']({ url: target });
  };
  return (
    <>
      <a
        href={target}
        title={t('markdown.linkOpens', { host: target })}
        onClick={open}
        onAuxClick={open}
        draggable={false}
      >
        {children}
      </a>
      {!says(host) && <span className={styles.host}> ({host})</span>}
    </>
  );
}
