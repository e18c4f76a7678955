/** What core cannot know by itself and asks its host for: the system's proxy and its secrets. */
export type HostQuestion =
  | { kind: 'proxy'; url: string }
  /** The access token that the user gave for a hub, and whether there is one. */
  | { kind: 'hub-token'; origin: string }
  | { kind: 'has-hub-token'; origin: string }
  /** A secret for the system's secret store, and back. */
  | { kind: 'wrap-secret'; secret: string }
  | { kind: 'unwrap-secret'; data: string };

export interface HostQuestions {
  /** Undefined where there is nothing to say, or the host says nothing for too long. */
  ask(question: HostQuestion): Promise<string | undefined>;
  take(id: number, value: string | undefined): void;
}

/** A person may have to unlock the secret store first. */
const PATIENCE_MS = 120_000;

export function createHostQuestions(post: (id: number, question: HostQuestion) => void): HostQuestions {
  const open = new Map<number, (value: string | undefined) => void>();
  let nextId = 1;
  return {
    ask: (question) =>
      new Promise((resolve) => {
        const id = nextId++;
        const settle = (value: string | undefined) => {
          clearTimeout(timer);
          open.delete(id);
          resolve(value);
        };
        const timer = setTimeout(settle, PATIENCE_MS, undefined);
        timer.unref();
        open.set(id, settle);
        post(id, question);
      }),
    take: (id, value) => open.get(id)?.(value),
  };
}
