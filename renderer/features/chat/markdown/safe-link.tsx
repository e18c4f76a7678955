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
  'data-footnote-backref'?: unknown;
}

/**
 * A link that shows where it goes and never navigates: the host asks first, then opens the browser. An
 * address that may not be opened is shown as text.
 */
export function SafeLink({ href = '', children, ...rest }: SafeLinkProps) {
  const { t } = useTranslation();
  const target = toSafeTarget(href);
  const text = typeof children === 'string' ? children : '';
  // The way back from a footnote: nothing in an answer can be jumped to.
  if (rest['data-footnote-backref'] !== undefined) return null;
  if (target === undefined) {
    return (
      <span>
        <span dir="auto">{children}</span>
        {!saysAlready(text, href) && <Aside text={href} />}
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
        <span dir="auto">{children}</span>
      </a>
      {!showsHost(text, host) && <Aside text={host} />}
    </>
  );
}

/** An address in brackets. Kept apart from the text around it, whose control characters could turn it round. */
function Aside({ text }: { text: string }) {
  return (
    <span className={styles.host} dir="ltr">
      {' '}
      ({text})
    </span>
  );
}

/** Whether an address that is no link would add nothing: half come, inside the answer, or the text itself. */
function saysAlready(text: string, href: string): boolean {
  return (
    href === '' ||
    href.startsWith(UNFINISHED) ||
    href.startsWith('#') ||
    [text, `http://${text}`, `mailto:${text}`].includes(href)
  );
}

/** Whether a link's text tells honestly where it leads: "https://bank.test/evil.test" does not lead to evil.test. */
function showsHost(text: string, host: string): boolean {
  if (text === host) return true;
  try {
    const url = new URL(text.startsWith('www.') ? `https://${text}` : text);
    // A user name before the host is there to be taken for it.
    return url.host === host && url.username === '';
  } catch {
    return false;
  }
}
