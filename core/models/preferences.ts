import { type Preferences, preferencesSchema } from '../../contract/library.ts';
import { checkParameters } from '../check-parameters.ts';
import { checkBase } from './hub/hub.ts';

/** Preferences as they are kept. @throws AppError PARAM_RANGE, HUB_INVALID. */
export function readPreferences(given: unknown): Preferences {
  const preferences = checkParameters(preferencesSchema, given);
  const { hub } = preferences;
  return hub === undefined ? preferences : { ...preferences, hub: checkBase(hub) };
}
