/** Variables in prompts: {{name}}. Some have a value by themselves, the others are asked for. */
const VARIABLE = /\{\{\s*([\p{L}\p{N}_][\p{L}\p{N}_ -]{0,60}?)\s*\}\}/gu;

const OF_ITSELF = ['date', 'time', 'weekday'] as const;
type OfItself = (typeof OF_ITSELF)[number];

/** Those that somebody must be asked for, each once, in the order of the text. */
export function variablesIn(text: string): string[] {
  const names = Array.from(text.matchAll(VARIABLE), ([, name = '']) => name);
  return [...new Set(names)].filter((name) => !OF_ITSELF.includes(name.toLowerCase() as OfItself));
}

/**
 * Puts in what is known; the rest stays as it is. What is put in is not looked at again.
 *
 * @param locale of dates, such as "en" or "de"
 */
export function fillVariables(
  text: string,
  values: Readonly<Record<string, string>>,
  locale: string,
  now: Date = new Date(),
): string {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(now);
  const known: Record<OfItself, () => string> = {
    date: () => format({ dateStyle: 'long' }),
    time: () => format({ timeStyle: 'short' }),
    weekday: () => format({ weekday: 'long' }),
  };
  return text.replaceAll(VARIABLE, (whole, name: string) => {
    if (Object.hasOwn(values, name)) return values[name] ?? whole;
    const key = name.toLowerCase();
    return Object.hasOwn(known, key) ? known[key as OfItself]() : whole;
  });
}
