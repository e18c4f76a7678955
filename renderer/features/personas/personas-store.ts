import i18next from 'i18next';
import { create } from 'zustand';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type { Persona, PersonaLibrary, Prompt } from '../../../contract/personas.ts';
import { bridge } from '../../api/bridge.ts';

/** What is being written: of which kind, and from what it began. */
export type Editing = { kind: 'persona'; from: Partial<Persona> } | { kind: 'prompt'; from: Partial<Prompt> };

interface PersonasState extends PersonaLibrary {
  editing: Editing | undefined;
  problem: ErrorInfo | undefined;
  imported: { count: number; leftOut: number } | undefined;
}

const INITIAL: PersonasState = {
  personas: [],
  prompts: [],
  editing: undefined,
  problem: undefined,
  imported: undefined,
};

export const usePersonas = create<PersonasState>()(() => INITIAL);

/** Sotto's examples are called in the user's language; what they tell the model stays as it was tried. */
export function nameOf({ id, name, isBuiltIn }: Persona | Prompt): string {
  return isBuiltIn ? i18next.t(`personas.examples.${shortId(id)}.name`, { defaultValue: name }) : name;
}

export function descriptionOf({ id, description, isBuiltIn }: Persona): string {
  return isBuiltIn
    ? i18next.t(`personas.examples.${shortId(id)}.description`, { defaultValue: description })
    : description;
}

const shortId = (id: string) => id.slice(id.indexOf('.') + 1);

export async function readPersonas(): Promise<void> {
  const reply = await bridge().calls['personas.list'](undefined);
  if (reply.ok) usePersonas.setState(reply.value);
}

/** Locked: nothing of what was shown stays in the page. */
export function emptyPersonas(): void {
  usePersonas.setState(INITIAL);
}

export function edit(editing: Editing | undefined): void {
  usePersonas.setState({ editing, problem: undefined });
}

/** An example, or one's own, as a beginning for another. */
export function copyOf<T extends Persona | Prompt>(one: T): Omit<T, 'id' | 'isBuiltIn'> {
  const { id: _, isBuiltIn: __, ...rest } = one;
  return { ...rest, name: i18next.t('personas.copyOf', { name: nameOf(one) }) };
}

/** True when it was taken. */
export const savePersona = (draft: Record<string, unknown>): Promise<boolean> =>
  attempt(bridge().calls['personas.save'](draft));
export const savePrompt = (draft: Record<string, unknown>): Promise<boolean> =>
  attempt(bridge().calls['personas.savePrompt'](draft));
export const removePersona = (id: string): Promise<boolean> =>
  attempt(bridge().calls['personas.remove']({ id }));
export const removePrompt = (id: string): Promise<boolean> =>
  attempt(bridge().calls['personas.removePrompt']({ id }));

export async function exportPersonas(): Promise<void> {
  const { calls } = bridge();
  const file = await calls['personas.export'](undefined);
  const saved = file.ok ? await calls['files.save'](file.value) : file;
  usePersonas.setState({ problem: saved.ok ? undefined : saved.error });
}

export async function importPersonas(file: File): Promise<void> {
  const reply = await bridge().calls['personas.import']({ text: await file.text() });
  usePersonas.setState({
    problem: reply.ok ? undefined : reply.error,
    imported: reply.ok ? reply.value : undefined,
  });
  await readPersonas();
}

async function attempt(reply: Promise<{ ok: true } | { ok: false; error: ErrorInfo }>): Promise<boolean> {
  const answer = await reply;
  usePersonas.setState(answer.ok ? { problem: undefined, editing: undefined } : { problem: answer.error });
  if (answer.ok) await readPersonas();
  return answer.ok;
}
