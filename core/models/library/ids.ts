import { createHash } from 'node:crypto';

/**
 * A local name for something whose own name comes from elsewhere: readable, valid on every system, and different for
 * different sources of the same name.
 *
 * @param source what makes it unique, such as a path or "owner/name/file".
 */
export function idFor(name: string, source: string): string {
  const readable = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/\.{2,}|\.-|-\./g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
    .replace(/[-.]+$/, '');
  const mark = createHash('sha256').update(source).digest('hex').slice(0, 8);
  // Windows keeps names such as NUL.txt for itself, whatever follows the dot.
  const isPlain = readable !== '' && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/.test(readable);
  return isPlain ? `${readable}-${mark}` : `model-${mark}`;
}
