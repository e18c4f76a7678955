import type { AnswerSettings } from '../../contract/chat.ts';
import type { ErrorInfo } from '../../contract/errors.ts';
import type { Persona } from '../../contract/personas.ts';
import { fillVariables } from '../../contract/variables.ts';
import type { LoadableModel } from '../models/model-library.ts';

/** What a persona says of an answer. Dates are the day's, so that an engine keeps what it has read for as long. */
export function settingsOf(persona: Persona | undefined): AnswerSettings {
  if (persona === undefined) return {};
  const { system, values } = persona;
  return { ...values, ...(system.trim() === '' ? {} : { system: fillVariables(system, {}, 'en') }) };
}

export function personaWithoutModel({ name }: Persona, { model }: LoadableModel): ErrorInfo {
  return {
    code: 'MODEL_MISSING',
    message: `The model of “${name}” is not on this machine: ${model.name} answers instead.`,
    hint: 'Get it in Models, or choose another for this persona.',
  };
}
