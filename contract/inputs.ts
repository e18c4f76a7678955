import { z } from 'zod';

export const nothing = z.undefined();
/** Values that core checks one by one, so that a refusal names the one that is wrong. */
export const uncheckedValues = z.record(z.string().max(60), z.unknown());
