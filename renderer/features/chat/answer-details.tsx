import { useTranslation } from 'react-i18next';
import type { AnswerStats } from '../../../contract/chat.ts';
import styles from './answer-details.module.css';

/** Speed, delay, context and device of one answer, for who wants to know. */
export function AnswerDetails({ id, stats }: { id: string; stats: AnswerStats }) {
  const { t, i18n } = useTranslation();
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(i18n.language, { maximumFractionDigits: digits }).format(value);
  const rows: Array<[string, string]> = [
    [t('details.speed'), t('details.speedValue', { value: number(stats.decodeTokensPerSecond, 1) })],
    [t('details.first'), t('details.firstValue', { value: number(stats.ttftMs / 1000, 2) })],
    ...(stats.loadMs > 0
      ? [
          [t('details.load'), t('details.firstValue', { value: number(stats.loadMs / 1000, 1) })] as [
            string,
            string,
          ],
        ]
      : []),
    [
      t('details.context'),
      t('details.contextValue', {
        used: number(stats.contextTokens, 0),
        limit: number(stats.contextLimit, 0),
      }),
    ],
    [t('details.device'), t(`engine.${stats.backend}`)],
    [t('details.memory'), t('details.memoryValue', { value: number(stats.peakRssBytes / 1e6, 0) })],
  ];
  return (
    <dl className={styles.details} id={id} data-testid="details">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
