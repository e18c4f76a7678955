import { findLeaks } from '../../support/inspect-answer.ts';

/** Attributes that our own components write, by element; "*" for all. Nothing else may appear. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'title', 'draggable'],
  div: ['class', 'tabindex'],
  span: ['class', 'dir'],
  pre: ['tabindex'],
  ol: ['start'],
  th: ['align'],
  td: ['align'],
  h3: ['aria-level'],
  h4: ['aria-level'],
  h5: ['aria-level'],
  h6: ['aria-level'],
  button: ['class', 'type'],
};

/** Class names that can stand in an answer: ours and the fixed ones of the Markdown library's frame. */
const CLASSES = new Set([
  ...['markdown', 'code', 'codeHead', 'table', 'task', 'host', 'growing', 'unbroken', 'button', 'bare'],
  ...['space-y-4', 'whitespace-normal', '[&>*:first-child]:mt-0', '[&>*:last-child]:mb-0'],
]);

/** What an answer holds beyond the elements and attributes that our components make of a text. */
export function findStrangers(root: Element): string[] {
  const found = findLeaks(root);
  for (const element of root.querySelectorAll('*')) {
    const tag = element.tagName.toLowerCase();
    if (element.closest('button svg') !== null) continue;
    const allowed = ATTRIBUTES[tag] ?? [];
    for (const { name, value } of element.attributes)
      if (!allowed.includes(name)) found.push(`${tag}[${name}=${value}]`);
    for (const name of element.classList) if (!CLASSES.has(name)) found.push(`${tag}.${name}`);
    if (tag === 'a' && new URL(element.getAttribute('href') ?? '').protocol !== 'https:')
      found.push(`a to ${element.getAttribute('href')}`);
  }
  return found;
}
