import 'katex/dist/katex.min.css';
import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';
import { defaultRemarkPlugins } from 'streamdown';

/** A formula may name no address, and grow neither for ever nor over the page. */
const LIMITS = {
  trust: false,
  strict: 'ignore',
  throwOnError: false,
  maxExpand: 500,
  maxSize: 20,
} as const;

export const MATH_PLUGINS = {
  remarkPlugins: [
    ...Object.values(defaultRemarkPlugins),
    [remarkMath, { singleDollarTextMath: false }] as [typeof remarkMath, { singleDollarTextMath: boolean }],
  ],
  rehypePlugins: [[rehypeKatex, LIMITS] as [typeof rehypeKatex, typeof LIMITS]],
};
