import { useTranslation } from 'react-i18next';
import type { Trial } from '../../../contract/trials.ts';

/** What came of trying a model on a device, in one sentence. */
export function TrialResult({ trial }: { trial: Trial }) {
  const { t } = useTranslation();
  const { verdict, reason, decodeTokensPerSecond, ttftMs = 0, loadMs = 0 } = trial;
  if (decodeTokensPerSecond === undefined) return `${t(`models.verdict.${verdict}`)} ${reason}`;
  const numbers = { speed: decodeTokensPerSecond, first: Math.round(ttftMs), load: Math.round(loadMs) };
  return `${t(`models.verdict.${verdict}`)} ${t('models.trialNumbers', numbers)}`;
}
