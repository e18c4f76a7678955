import fc from 'fast-check';

/**
 * `npm test` tries the same cases every time: whoever changes one thing is not told of a fault in another.
 * `npm run test:faults` draws new ones.
 */
if (process.env.SOTTO_FAULTS !== 'full') fc.configureGlobal({ seed: 20_261_124 });
