/** What an answer may consist of; everything else is a leak. Runs in a page and in jsdom alike. */
export function findLeaks(root: Element): string[] {
  const tags = new Set(
    (
      'div p span strong em del a code pre ul ol li blockquote hr table thead tbody tr th td sup sub section ' +
      'h3 h4 h5 h6 br button svg path rect'
    ).split(' '),
  );
  const leaks: string[] = [];
  for (const element of root.querySelectorAll('*')) {
    const tag = element.tagName.toLowerCase();
    // The icons of our own buttons; nothing that a model wrote makes an svg.
    const icon = element.closest('button svg') !== null;
    if (!tags.has(tag) || (['svg', 'path', 'rect'].includes(tag) && !icon)) leaks.push(`<${tag}>`);
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on') || name === 'style' || name === 'target' || name === 'ping' || name === 'src')
        leaks.push(`${tag}[${name}]`);
      if ((name === 'id' || name === 'name') && !icon) leaks.push(`${tag}[${name}=${value}]`);
      if (name === 'href' && !value.startsWith('https:')) leaks.push(`${tag}[href=${value}]`);
    }
  }
  return leaks;
}
