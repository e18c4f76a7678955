/** Of all sound that is recorded. */
export const RATE_HZ = 16_000;
