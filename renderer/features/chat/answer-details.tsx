import { useTranslation } from 'react-i18next';
import type { AnswerStats } from '../../../contract/chat.ts';
import styles from './answer-details.module.css';

/** Speed, delay, context and device of one answer, for who wants to know. */
export function AnswerDetails({ id, stats }: { id: string; stats: AnswerStats }) {
  const { t, i18n } = useTranslation();
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(i18n.language, { maximumFractionDigits: digits }).format(value);
  const { decodeTokensPerSecond: speed, completionTokens: length, contextTokens: used } = stats;
  // A figure of 0 was not measured: an answer that was stopped early has few.
  const rows = [
    { name: t('details.speed'), known: speed, value: t('details.speedValue', { value: number(speed, 1) }) },
    {
      name: t('details.length'),
      known: length,
      value: t('details.lengthValue', { value: number(length, 0) }),
    },
    {
      // Less than the whole conversation: what was read before is not read again.
      name: t('details.read'),
      known: stats.promptTokens,
      value: t('details.lengthValue', { value: number(stats.promptTokens, 0) }),
    },
    {
      name: t('details.first'),
      known: stats.ttftMs,
      value: t('details.firstValue', { value: number(stats.ttftMs / 1000, 2) }),
    },
    {
      name: t('details.load'),
      known: stats.loadMs,
      value: t('details.firstValue', { value: number(stats.loadMs / 1000, 1) }),
    },
    {
      name: t('details.context'),
      known: used,
      value: t('details.contextValue', { used: number(used, 0), limit: number(stats.contextLimit, 0) }),
    },
    { name: t('details.device'), known: 1, value: t(`engine.${stats.backend}`) },
    {
      name: t('details.memory'),
      known: stats.peakRssBytes,
      value: t('details.memoryValue', { value: number(stats.peakRssBytes / 1e6, 0) }),
    },
  ].filter(({ known }) => known > 0);
  return (
    <dl className={styles.details} id={id} data-testid="details">
      {rows.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
