import { ArrowDown } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import styles from './growing-scroll.module.css';
import { useStickToBottom } from './use-stick-to-bottom.ts';

interface GrowingScrollProps {
  /** What the text is, for a screen reader. */
  label: string;
  className: string | undefined;
  /** False for a text that is finished: editing it moves nothing, and there is no end to jump to. */
  isGrowing?: boolean;
  /** Whenever it becomes true, the end is shown: whoever asked for more wants to see it come. */
  isAsked?: boolean;
  contentRef?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/** A text that grows at its end, which is followed while the reader is there; and the way back to it. */
export function GrowingScroll(props: GrowingScrollProps) {
  const { label, className, isGrowing = true, isAsked = false, contentRef, children } = props;
  const { t } = useTranslation();
  const { scroller, content, atBottom, toBottom } = useStickToBottom(isGrowing, contentRef);
  useEffect(() => {
    if (isAsked) toBottom();
  }, [isAsked, toBottom]);
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the text must scroll by keyboard */}
      <div className={styles.scroll} ref={scroller} tabIndex={0}>
        <section className={className} ref={content} aria-label={label}>
          {children}
        </section>
      </div>
      {isGrowing && !atBottom && (
        <div className={styles.jump}>
          <Button look="quiet" className={styles.jumpButton} onClick={toBottom} testId="jump-latest">
            <ArrowDown size={14} aria-hidden="true" />
            {t('answer.jump')}
          </Button>
        </div>
      )}
    </div>
  );
}
