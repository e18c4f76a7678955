import { cloneElement, isValidElement, type ReactNode } from 'react';
import styles from './markdown.module.css';

const NUMBER = String.raw`[+\-−–<>≤≥±~≈]?\d[\d.,]*(?:[-–/×x]\d[\d.,]*)*`;
const UNIT = String.raw`(?:[kcdmµμn]?(?:g|l|L|m|mol|Eq|s|Pa|J|W|V|A|Hz)|mcg|kcal|cal|mmHg|bpm|IU|IE|UI|U|min|h|hrs?|d|wk|mo|yrs?|°[CF]?|%|‰|x|×|€|\$|£|¥|USD|EUR|[KMGT]?i?B)`;
/** A figure with its unit, or a word that is joined by hyphens or strokes: read apart, either is another thing. */
const UNBROKEN = new RegExp(
  String.raw`(${NUMBER}[ \u00a0]${UNIT}(?:[/·]${UNIT})*(?![\p{L}\d])|(?<!\S)(?=\S{3,30}(?!\S))[^\s/-]+(?:[/-][^\s/-]+)+)`,
  'u',
);

/** What stands in a cell of a table, with every dose and every word in one piece. */
export function keepUnbroken(children: ReactNode): ReactNode {
  if (typeof children === 'string') return split(children);
  if (Array.isArray(children)) return children.map(keepUnbroken);
  if (!isValidElement<{ children?: ReactNode }>(children)) return children;
  const inside = children.props.children;
  return inside === undefined ? children : cloneElement(children, {}, keepUnbroken(inside));
}

function split(text: string): ReactNode {
  const parts = text.split(UNBROKEN);
  if (parts.length === 1) return text;
  return parts.map((part, index) =>
    index % 2 === 1 ? (
      <span key={index} className={styles.unbroken}>
        {part}
      </span>
    ) : (
      part
    ),
  );
}
