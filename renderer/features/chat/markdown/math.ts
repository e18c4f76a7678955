import type { ComponentProps } from 'react';
import { useEffect, useState } from 'react';
import type { Streamdown } from 'streamdown';

type Plugins = Pick<ComponentProps<typeof Streamdown>, 'remarkPlugins' | 'rehypePlugins'>;

/** Code, in which nothing is a formula: fenced, also while it is still coming, or within a line. */
const CODE = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;
/** A formula of its own lines, or one within a line, as models write them in LaTeX. */
const DISPLAYED = /^([ \t]*)\\\[([\s\S]+?)\\\][ \t]*$/gm;
const INLINE = /\\\(([\s\S]+?)\\\)|\\\[([^\n]+?)\\\]/g;
/** A line that is a formula and nothing else. */
const ONE_LINE = /^([ \t>]*)\$\$(?!\$)((?:(?!\$\$)[^\n])+)\$\$[ \t]*$/gm;
/** Formulas that have their marks already, whole or still coming. */
const MARKED = /(\$\$[\s\S]*?(?:\$\$|$))/;
/** What may be a formula between single dollars: they touch it, and nothing that goes on as a word or a number touches them. */
const SINGLE = /(?<![\\$\p{L}\d])\$(?![\s$])((?:\\.|[^$\\\n])+?)(?<!\s)\$(?![\p{L}\d$])/gu;
/** Commands of LaTeX, with the words that a formula may hold. */
const COMMAND = /\\(?:text|mathrm|mathbf|mathit|operatorname|mbox|textbf)\s*\{[^}]*\}|\\[A-Za-z]+/g;
const BESIDE_CODE = '\u0000';
const SIGN = /[\\^_={}<>+*|]/;

export const hasMath = (text: string): boolean =>
  /\$\$|\\\(|\\\[/.test(text) || (text.includes('$') && toDollars(text) !== text);

/** LaTeX's own marks of formulas, and single dollars, as those of Markdown: "$$". An amount of money stays one. */
export function toDollars(text: string): string {
  const parts = text.split(CODE);
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return part;
      // Where code is, no line begins or ends.
      const [before, after] = [index === 0 ? '' : BESIDE_CODE, index === last ? '' : BESIDE_CODE];
      return markFormulas(before + part + after).replaceAll(BESIDE_CODE, '');
    })
    .join('');
}

function markFormulas(text: string): string {
  return text
    .replace(ONE_LINE, (_, indent: string, body: string) =>
      ['$$', body.trim(), '$$'].map((line) => indent + line).join('\n'),
    )
    .replace(DISPLAYED, (_, indent: string, body: string) =>
      ['$$', ...body.trim().split('\n'), '$$'].map((line) => indent + line).join('\n'),
    )
    .replace(INLINE, (_, inside?: string, alone?: string) => `$$${(inside ?? alone ?? '').trim()}$$`)
    .split(MARKED)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(SINGLE, (whole, body: string) => (isFormula(body) ? `$$${body}$$` : whole)),
    )
    .join('');
}

/** "5 for coffee or US" between two dollars is no formula, and neither are two names of variables of a shell. */
function isFormula(body: string): boolean {
  const plain = body.replace(COMMAND, ' ');
  const words = plain.match(/\p{L}{2,}/gu) ?? [];
  // An amount, and what is said of it.
  if (/^[-−+]?\d/.test(body) && words.length > 0 && !/[\\^_=]/.test(body)) return false;
  if (/^[-−+]?\d[\d.,]*\s/.test(body) && words.some((word) => word.length > 2) && !/[\\^_]/.test(body))
    return false;
  return SIGN.test(body) ? words.every((word) => word.length <= 12) : words.every((word) => word.length <= 2);
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
