import { Streamdown } from 'streamdown';
import { CodeBlock, InlineCode } from './code-block.tsx';
import styles from './markdown.module.css';
import { PictureNote } from './picture-note.tsx';
import { SafeLink } from './safe-link.tsx';
import { toSafeTarget } from './safe-target.ts';

/**
 * What a model wrote, as Markdown that cannot run or fetch anything: raw HTML stays text (no plugin that
 * would parse it), pictures become words, links go through the host's own question.
 */
const COMPONENTS = {
  a: SafeLink,
  img: PictureNote,
  pre: CodeBlock,
  code: InlineCode,
  inlineCode: InlineCode,
  ...plain(
    'p',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'ul',
    'ol',
    'li',
    'blockquote',
    'hr',
    'strong',
    'em',
    'del',
  ),
  ...plain('thead', 'tbody', 'tr', 'th', 'td', 'sup', 'sub', 'section'),
  table: ({ children }: { children?: React.ReactNode }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must scroll by keyboard
    <div className={styles.table} tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};

/** Elements without the attributes and class names that the library would give them. */
function plain(...names: string[]) {
  return Object.fromEntries(
    names.map((Name) => {
      const Element = Name as 'p';
      return [
        Name,
        ({ children, start, align }: { children?: React.ReactNode; start?: number; align?: string }) => {
          const attributes = {
            ...(start === undefined ? {} : { start }),
            ...(align === undefined ? {} : { align }),
          };
          return Name === 'hr' ? <hr /> : <Element {...attributes}>{children}</Element>;
        },
      ];
    }),
  );
}

/** The same renderer for an answer that streams and for one that is finished. */
export default function Markdown({ text, streaming }: { text: string; streaming: boolean }) {
  return (
    <div className={styles.markdown}>
      <Streamdown
        mode={streaming ? 'streaming' : 'static'}
        parseIncompleteMarkdown={streaming}
        rehypePlugins={[]}
        urlTransform={(url) => toSafeTarget(url) ?? ''}
        components={COMPONENTS}
        controls={false}
        {...(streaming ? { 'data-caret': '' } : {})}
      >
        {text}
      </Streamdown>
    </div>
  );
}
