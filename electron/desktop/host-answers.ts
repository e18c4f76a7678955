import { session } from 'electron';
import { assertNever } from '../../core/errors.ts';
import type { HostQuestion } from '../../core/host-questions.ts';
import { hasToken, readToken } from './token-store.ts';

/** Answers core with what only the desktop knows. */
export async function answerCore(question: HostQuestion): Promise<string | undefined> {
  switch (question.kind) {
    case 'proxy':
      return proxyOf(await session.defaultSession.resolveProxy(question.url));
    case 'hub-token':
      return readToken();
    case 'has-hub-token':
      return (await hasToken()) ? 'yes' : undefined;
    default:
      return assertNever(question);
  }
}

/** The first usable entry of a list such as "PROXY host:3128; DIRECT", in the form of an address. */
export function proxyOf(list: string): string | undefined {
  for (const entry of list.split(';')) {
    const [kind = '', host] = entry.trim().split(/\s+/);
    if (kind === 'DIRECT') return undefined;
    if (host !== undefined && (kind === 'PROXY' || kind === 'HTTP')) return `http://${host}`;
    if (host !== undefined && kind === 'HTTPS') return `https://${host}`;
  }
  return undefined;
}
