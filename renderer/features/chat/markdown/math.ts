import type { ComponentProps } from 'react';
import { useEffect, useState } from 'react';
import type { Streamdown } from 'streamdown';

type Plugins = Pick<ComponentProps<typeof Streamdown>, 'remarkPlugins' | 'rehypePlugins'>;

/** Code, in which nothing is a formula: fenced, also while it is still coming, or within a line. */
const CODE = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;
/** A formula of its own lines, or one within a line, as models write them in LaTeX. */
const DISPLAYED = /^([ \t]*)\\\[([\s\S]+?)\\\][ \t]*$/gm;
const INLINE = /\\\(([\s\S]+?)\\\)|\\\[([^\n]+?)\\\]/g;

export const hasMath = (text: string): boolean => /\$\$|\\\(|\\\[/.test(text);

/** LaTeX's own marks of formulas as those of Markdown: "$$". A single dollar is money. */
export function toDollars(text: string): string {
  return text
    .split(CODE)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(DISPLAYED, (_, indent: string, body: string) =>
              ['$$', ...body.trim().split('\n'), '$$'].map((line) => indent + line).join('\n'),
            )
            .replace(INLINE, (_, inside?: string, alone?: string) => `$$${(inside ?? alone ?? '').trim()}$$`),
    )
    .join('');
}

let loaded: Plugins | undefined;

/** What draws formulas; loaded with the first of them. Undefined: there is none, or it is on its way. */
export function useMath(isWanted: boolean): Plugins | undefined {
  const [plugins, setPlugins] = useState(loaded);
  useEffect(() => {
    if (!isWanted || plugins !== undefined) return;
    let isHere = true;
    void import('./math-plugins.ts').then((module) => {
      loaded = module.MATH_PLUGINS;
      if (isHere) setPlugins(loaded);
    });
    return () => {
      isHere = false;
    };
  }, [isWanted, plugins]);
  return isWanted ? plugins : undefined;
}
