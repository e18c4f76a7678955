/** Where a selection begins and ends in the text of an element, in characters. */
export interface Caret {
  start: number;
  end: number;
}

/** The selection, if all of it lies in the element. */
export function caretIn(element: HTMLElement): Caret | undefined {
  const selection = element.ownerDocument.getSelection();
  if (selection === null || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return undefined;
  const start = lengthBefore(element, range.startContainer, range.startOffset);
  return { start, end: start + range.toString().length };
}

export function setCaret(element: HTMLElement, { start, end }: Caret): void {
  const range = rangeOf(element, start, end);
  const selection = element.ownerDocument.getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}

/** The part of an element's text between two places. */
export function rangeOf(element: HTMLElement, start: number, end: number): Range {
  const range = element.ownerDocument.createRange();
  range.selectNodeContents(element);
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let before = 0;
  let hasStart = false;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const after = before + (node.nodeValue?.length ?? 0);
    if (!hasStart && start <= after) {
      range.setStart(node, start - before);
      hasStart = true;
    }
    if (end <= after) {
      range.setEnd(node, end - before);
      return range;
    }
    before = after;
  }
  if (!hasStart) range.collapse(false);
  return range;
}

function lengthBefore(element: HTMLElement, node: Node, offset: number): number {
  const range = element.ownerDocument.createRange();
  range.selectNodeContents(element);
  range.setEnd(node, offset);
  return range.toString().length;
}

/** Whether the caret stands on the first or the last line that the element's text is broken into. */
export function isAtEdge(element: HTMLElement, edge: 'top' | 'bottom'): boolean {
  const selection = element.ownerDocument.getSelection();
  if (selection === null || selection.rangeCount === 0) return false;
  const rects = selection.getRangeAt(0).getClientRects();
  const caret = rects[edge === 'top' ? 0 : rects.length - 1];
  // A caret in an empty text, or at a place between two words, has no box: the text's end decides.
  if (caret === undefined) return true;
  const box = element.getBoundingClientRect();
  const roomPx = edge === 'top' ? caret.top - box.top : box.bottom - caret.bottom;
  return roomPx < caret.height / 2;
}
