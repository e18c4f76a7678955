import { DEFAULT_HUB } from './hub.ts';

/** An access token, and the one origin that it may be sent to. */
export interface AccessToken {
  secret: string;
  origin: string;
}

/** The token for an origin, such as "https://huggingface.co"; undefined where it was given for another one. */
export type TokenSource = (origin: string) => Promise<string | undefined>;

/** The origin of a hub's address; undefined for what is no address. */
export function originOf(address: string | undefined): string | undefined {
  try {
    return new URL(address ?? '').origin;
  } catch {
    return undefined;
  }
}

/** HF_TOKEN is for Hugging Face, and for the mirror that HF_ENDPOINT names beside it. */
export function tokenOfEnvironment(
  origin: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const meant = [DEFAULT_HUB, originOf(environment.HF_ENDPOINT)];
  return meant.includes(origin) ? environment.HF_TOKEN || undefined : undefined;
}
