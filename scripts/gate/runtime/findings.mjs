/** What a candidate does worse than the pinned runtime. Figures in, findings out. */
import { compare } from '../compare.mjs';

const asOf = { prefill: 1, decode: 1, firstToken: 1, load: 1, memory: 1 };

function findingsOfModel(name, { accuracy, answers, speed }) {
  const refused = Object.entries({ accuracy: accuracy.candidate, answers, speed })
    .filter(([, part]) => part?.refused !== undefined)
    .map(([figure, part]) => ({
      kind: 'refused',
      model: name,
      figure,
      sentence: `${name}: ${figure}: ${part.refused}`,
    }));
  const measured = {
    ...(accuracy.candidate.refused === undefined && { accuracy: accuracy.candidate }),
    ...(speed?.ratios !== undefined && { ratios: speed.ratios }),
  };
  const baseline = { accuracy: { [name]: accuracy.pinned }, speed: { here: { ratios: { [name]: asOf } } } };
  const changed =
    answers?.changed > 0
      ? [
          {
            kind: 'answers',
            model: name,
            figure: 'answers',
            sentence: `${name}: ${answers.changed} of ${answers.of} answers at temperature 0 are others.`,
          },
        ]
      : [];
  return [...refused, ...compare({ [name]: measured }, baseline, 'here'), ...changed];
}

/**
 * @param {{symbols: {gone: string[], missing: string[]}, opens: {refused?: string}, models: Record<string, object>}} result
 * @returns {Array<{kind: string, sentence: string}>}
 */
export function findingsOf({ symbols, opens, models }) {
  const missing =
    symbols.missing.length === 0
      ? []
      : [
          {
            kind: 'symbol',
            sentence: `Sotto calls functions that are not there: ${symbols.missing.join(', ')}.`,
          },
        ];
  const unopened =
    opens.refused === undefined
      ? []
      : [{ kind: 'refused', sentence: `The addon does not open it: ${opens.refused}` }];
  return [
    ...missing,
    ...unopened,
    ...Object.entries(models).flatMap(([name, model]) => findingsOfModel(name, model)),
  ];
}
