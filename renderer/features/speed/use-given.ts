import { useTranslation } from 'react-i18next';
import type { ProfileCase, ProfileRow } from '../../../contract/profile.ts';
import { type Given, givenTo } from './chart-data.ts';

/** Says what a model is given in one go: "256 tokens", "30 s of speech". */
export function useGiven(): (row: ProfileCase | ProfileRow | Given) => string {
  const { t } = useTranslation();
  return (row) => {
    const { task, amount } = 'amount' in row ? row : givenTo(row);
    return t(`speed.given.${task}`, { amount });
  };
}
