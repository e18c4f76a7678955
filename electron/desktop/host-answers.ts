import { type Session, session } from 'electron';
import { assertNever } from '../../core/errors.ts';
import type { HostQuestion } from '../../core/host-questions.ts';
import { proxyOf } from './proxy-list.ts';
import { unwrapSecret, wrapSecret } from './secret-store.ts';
import { hasToken, readToken } from './token-store.ts';

/** In memory, and with the system's settings: those of the page's session lead nowhere. */
const systemProxies = (): Session => session.fromPartition('system-proxies');

/** Answers core with what only the desktop knows. */
export async function answerCore(question: HostQuestion): Promise<string | undefined> {
  switch (question.kind) {
    case 'proxy':
      return proxyOf(await systemProxies().resolveProxy(question.url));
    case 'hub-token':
      return readToken(question.origin);
    case 'has-hub-token':
      return (await hasToken(question.origin)) ? 'yes' : undefined;
    case 'wrap-secret':
      return wrapSecret(question.secret);
    case 'unwrap-secret':
      return unwrapSecret(question.data);
    default:
      return assertNever(question);
  }
}
