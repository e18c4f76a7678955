import { session } from 'electron';
import { assertNever } from '../../core/errors.ts';
import type { HostQuestion } from '../../core/host-questions.ts';
import { proxyOf } from './proxy-list.ts';
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
