import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import { isInsideAddress } from './addresses.ts';

/** As Node's resolver gives it. */
interface FoundAddress {
  address: string;
  family: number;
}

/** How names are looked up. */
export type Lookup = (
  host: string,
  options: object,
  done: (error: Error | null, found: FoundAddress[]) => void,
) => void;

/** Refuses names that lead into a network that is not the open one. */
export interface NameCheck {
  /** For a connection: the address that is looked at is the one that is connected to. */
  lookup(
    host: string,
    options: { all?: boolean | undefined },
    done: (error: Error | null, address: string | FoundAddress[], family?: number) => void,
  ): void;
  /**
   * For a request by a proxy, which looks the name up itself: what this machine's resolver says of it counts as well. Where
   * that does not answer, as in networks that reach the open one by a proxy alone, nothing more is known than the name.
   *
   * @throws AppError NET_REDIRECT
   */
  check(host: string): Promise<void>;
}

/** A resolver that nobody runs must not hold a download up. */
const ANSWER_MS = 2_000;

export function createNameCheck(lookUp: Lookup): NameCheck {
  const find = (host: string) =>
    new Promise<FoundAddress[]>((resolve) => {
      lookUp(host, { all: true }, (error, found) => resolve(error === null ? found : []));
    });
  return {
    lookup: (host, options, done) =>
      lookUp(host, options, (error, found) => {
        const [first] = found ?? [];
        if (error !== null) done(error, []);
        else if (found.some(({ address }) => isInsideAddress(address))) done(leadsInside(), []);
        else if (options.all === true || first === undefined) done(null, found);
        else done(null, first.address, first.family);
      }),
    check: async (host) => {
      const found = await Promise.race([find(host), delay(ANSWER_MS, [], { ref: false })]);
      if (found.some(({ address }: FoundAddress) => isInsideAddress(address))) throw leadsInside();
    },
  };
}

export function leadsInside(): AppError {
  return refusedRedirect('The server sends the request into a private network.');
}

export function refusedRedirect(message: string): AppError {
  return new AppError('NET_REDIRECT', message, { hint: 'Nothing was sent there. Try again later.' });
}
