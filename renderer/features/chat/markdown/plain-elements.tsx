import type { ReactNode } from 'react';
import { keepUnbroken } from './unbroken.tsx';

interface PlainProps {
  children?: ReactNode;
  start?: number;
  /** How the Markdown library tells a cell's alignment. */
  style?: { textAlign?: string };
}

/**
 * Elements of an answer without attributes, class names or ids of the library's or the model's making.
 * Headings of an answer stand below the page's own (h1) and the speaker's (h2); see nestHeadings.
 */
const ELEMENTS: Record<string, keyof React.JSX.IntrinsicElements> = {
  h1: 'h3',
  h2: 'h4',
  h3: 'h5',
  h4: 'h6',
  h5: 'h6',
  h6: 'h6',
  ...same('p', 'ul', 'ol', 'li', 'blockquote', 'strong', 'em', 'del'),
  ...same('thead', 'tbody', 'tr', 'th', 'td', 'sup', 'sub', 'section'),
};

function same(...names: Array<keyof React.JSX.IntrinsicElements>) {
  return Object.fromEntries(names.map((name) => [name, name]));
}

function makePlain(tag: keyof React.JSX.IntrinsicElements) {
  // All of these take the same few attributes; the paragraph stands for them in the types.
  const Element = tag as 'p';
  return ({ children, start, style }: PlainProps) => (
    <Element
      {...(start === undefined ? {} : { start })}
      {...(style?.textAlign === undefined ? {} : { align: style.textAlign })}
    >
      {tag === 'td' || tag === 'th' ? keepUnbroken(children) : children}
    </Element>
  );
}

export const PLAIN_ELEMENTS = Object.fromEntries(
  Object.entries(ELEMENTS).map(([name, tag]) => [name, makePlain(tag)]),
);
