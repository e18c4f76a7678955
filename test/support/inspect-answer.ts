/** What an answer may consist of; everything else is a leak. Runs in a page and in jsdom alike. */
export function findLeaks(root: Element): string[] {
  const tags = new Set(
    (
      'div p span strong em del a code pre ul ol li blockquote hr table thead tbody tr th td sup sub section ' +
      'h3 h4 h5 h6 br button svg path rect'
    ).split(' '),
  );
  // What KaTeX draws a formula of, with sizes and places as styles; a model cannot give an element its class.
  const mathTags = new Set(
    (
      'span math semantics annotation mrow mi mn mo ms mspace mtext mfrac msqrt mroot msup msub msubsup munder mover ' +
      'munderover mtable mtr mtd mstyle mpadded mphantom menclose merror svg path line'
    ).split(' '),
  );
  const leaks: string[] = [];
  for (const element of root.querySelectorAll('*')) {
    const tag = element.tagName.toLowerCase();
    // The icons of our own buttons; nothing that a model wrote makes an svg.
    const icon = element.closest('button svg') !== null;
    const isMath = element.closest('.katex, .katex-error') !== null;
    const isKnown = isMath
      ? mathTags.has(tag)
      : tags.has(tag) && (icon || !['svg', 'path', 'rect'].includes(tag));
    if (!isKnown) leaks.push(`<${tag}>`);
    for (const { name, value } of element.attributes) {
      if (isMath && name === 'style') {
        if (/url|fixed|absolute|image|expression/i.test(value)) leaks.push(`${tag}[style=${value}]`);
        continue;
      }
      if (name.startsWith('on') || name === 'style' || name === 'target' || name === 'ping' || name === 'src')
        leaks.push(`${tag}[${name}]`);
      if ((name === 'id' || name === 'name') && !icon) leaks.push(`${tag}[${name}=${value}]`);
      if (name === 'href' && !value.startsWith('https:')) leaks.push(`${tag}[href=${value}]`);
    }
  }
  return leaks;
}
