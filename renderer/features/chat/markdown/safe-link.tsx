import type { MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { bridge } from '../../../api/bridge.ts';
import styles from './markdown.module.css';
import { toSafeTarget } from './safe-target.ts';

/** A link that shows where it goes and never navigates: the host asks first, then opens the browser. */
export function SafeLink({ href, children }: { href?: string | undefined; children?: ReactNode }) {
  const { t } = useTranslation();
  const target = href === undefined ? undefined : toSafeTarget(href);
  if (target === undefined) return <span>{children}</span>;
  const { host, pathname, protocol } = new URL(target);
  const shown = protocol === 'mailto:' ? pathname : host;
  const open = (event: MouseEvent) => {
    event.preventDefault();
    void bridge().calls['links.open']({ url: target });
  };
  const named = typeof children === 'string' && children.includes(shown);
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
      {!named && <span className={styles.host}> ({shown})</span>}
    </>
  );
}
