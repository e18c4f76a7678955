import { useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Streamdown } from 'streamdown';
import { toBlocks } from './blocks.ts';
import { CodeBlock, InlineCode } from './code-block.tsx';
import styles from './markdown.module.css';
import { hasMath, toDollars, useMath } from './math.ts';
import { nestHeadings } from './nest-headings.ts';
import { PictureNote } from './picture-note.tsx';
import { PLAIN_ELEMENTS } from './plain-elements.tsx';
import { SafeLink } from './safe-link.tsx';

/**
 * What a model wrote, as Markdown that cannot run or fetch anything: raw HTML stays text (no plugin that
 * would parse it), pictures become words, links go through the host's own question.
 */
const COMPONENTS = {
  ...PLAIN_ELEMENTS,
  a: SafeLink,
  img: PictureNote,
  pre: CodeBlock,
  code: InlineCode,
  inlineCode: InlineCode,
  hr: () => <hr />,
  input: TaskMark,
  table: ({ children }: { children?: React.ReactNode }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must scroll by keyboard
    <div className={styles.table} tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};

/** A box of a task list, as a character: an answer has no controls. */
function TaskMark({ checked }: { checked?: boolean | undefined }) {
  return <span className={styles.task}>{checked ? '☑ ' : '☐ '}</span>;
}

/** One array for ever: with a new one, every finished block of an answer would be drawn again with each frame. */
const NO_PLUGINS: [] = [];

/** SafeLink decides what may be a link; nothing else takes an address. */
const keepAddress = (address: string) => address;

/**
 * The same renderer for an answer that streams and for one that is finished: when an answer ends, only what
 * its last, half-come block was taken for is drawn again, and a selection in the text stays.
 */
export default function Markdown({ text, streaming }: { text: string; streaming: boolean }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const words = useMemo(() => ({ footnoteLabel: t('markdown.footnotes') }), [t]);
  const isMath = hasMath(text);
  const math = useMath(isMath);
  // After every drawing, because what a heading stands below is known only then.
  useLayoutEffect(() => nestHeadings(place.current));
  return (
    <div className={styles.markdown} ref={place}>
      <Streamdown
        // The library does not draw again for other plugins.
        key={math === undefined ? 'words' : 'formulas'}
        mode="streaming"
        parseIncompleteMarkdown={streaming}
        // The library draws again for a new class name, but not for the line above.
        className={(streaming && styles.growing) || ''}
        parseMarkdownIntoBlocksFn={toBlocks}
        remarkRehypeOptions={words}
        rehypePlugins={math?.rehypePlugins ?? NO_PLUGINS}
        {...(math === undefined ? {} : { remarkPlugins: math.remarkPlugins })}
        urlTransform={keepAddress}
        components={COMPONENTS}
        controls={false}
      >
        {isMath ? toDollars(text) : text}
      </Streamdown>
    </div>
  );
}
