import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../contract/format-bytes.ts';
import type english from '../../../contract/locales/en.json';
import type { ChatRow, HearingRow, Percentiles, ProfileRow } from '../../../contract/profile.ts';
import { errorWords } from '../../ui/error-words.ts';
import { givenTo, type Series } from './chart-data.ts';
import styles from './speed.module.css';
import { useGiven } from './use-given.ts';

/** Of rows that were measured; a column of which no row has anything is left out. */
type Column<Row extends ProfileRow> = [title: Title, cell: (row: Measured<Row>) => string];
type Measured<Row extends ProfileRow> = Row & { figures: NonNullable<Row['figures']> };
type Title = Exclude<keyof (typeof english)['speed']['columns'], 'what'>;

/** Every figure of what is looked at: a table of what answers, and one of what hears. */
export function SpeedTable({ series, failed }: { series: Series[]; failed: ProfileRow[] }) {
  const { t } = useTranslation();
  const describe = useGiven();
  const { chat, hearing } = useColumns();
  const hasAccuracy = (task: ProfileRow['task']) =>
    series.some(({ rows }) => rows.some((row) => row.task === task && row.accuracy !== undefined));
  return (
    <>
      <Table<ChatRow> columns={chat} series={series} task="chat" label={t('speed.tables.chat')} />
      <Table<HearingRow> columns={hearing} series={series} task="speech" label={t('speed.tables.speech')} />
      <p className={styles.note}>
        {t('speed.tableNote')} {hasAccuracy('chat') && t('speed.accuracyNote')}{' '}
        {hasAccuracy('speech') && t('speed.changedWordsNote')}
      </p>
      {failed.length > 0 && (
        <ul className={styles.failed} data-testid="speed-failed">
          {failed.map((row) => (
            <li key={`${row.name} ${row.device} ${row.threads} ${givenTo(row).amount}`}>
              {t('speed.failed', { name: row.name, device: row.device.toUpperCase(), given: describe(row) })}{' '}
              {row.error !== undefined && errorWords(t, row.error, true).title}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface TableProps<Row extends ProfileRow> {
  columns: Column<Row>[];
  series: Series[];
  task: Row['task'];
  label: string;
}

function Table<Row extends ProfileRow>({ columns, series, task, label: name }: TableProps<Row>) {
  const { t } = useTranslation();
  const measured = series.map(({ key, label, rows }) => ({
    key,
    label,
    rows: rows.filter((row) => row.task === task && row.figures !== undefined) as Measured<Row>[],
  }));
  const all = measured.flatMap(({ rows }) => rows);
  if (all.length === 0) return null;
  const told = columns.filter(([, cell]) => all.some((row) => cell(row) !== ''));
  return (
    // It scrolls by itself where the window is narrow, with the keyboard too.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
    <section className={styles.tableBox} tabIndex={0} aria-label={name}>
      <table className={styles.table} data-testid={`speed-table-${task}`}>
        <thead>
          <tr>
            <th scope="col">{t('speed.columns.what')}</th>
            {told.map(([title]) => (
              <th key={title} scope="col">
                {t(`speed.columns.${title}`)}
              </th>
            ))}
          </tr>
        </thead>
        {measured.map(({ key, label, rows }) => (
          <tbody key={key}>
            {rows.map((row, at) => (
              <tr key={givenTo(row).amount}>
                {at === 0 && (
                  <th scope="rowgroup" rowSpan={rows.length}>
                    {label}
                  </th>
                )}
                {told.map(([title, cell]) => (
                  <td key={title}>{cell(row)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

/** Numbers as the user's language writes them. */
function useColumns() {
  const { t, i18n } = useTranslation();
  return useMemo((): { chat: Column<ChatRow>[]; hearing: Column<HearingRow>[] } => {
    const format = (value: number, digits = 0) =>
      new Intl.NumberFormat(i18n.language, { maximumFractionDigits: digits }).format(value);
    const maybe = (value: number | undefined, digits: number, unit = '') =>
      value === undefined ? '' : `${format(value, digits)}${unit}`;
    const pair = ({ p50, p95 }: Percentiles, digits = 0) => `${format(p50, digits)} / ${format(p95, digits)}`;
    const common: Column<ProfileRow>[] = [
      ['firstText', ({ figures }) => pair(figures.firstTextMs)],
      ['token', ({ figures }) => pair(figures.tokenMs, 1)],
      ['load', ({ figures }) => format(figures.loadMs)],
      ['memory', ({ figures }) => formatBytes(figures.peakRssBytes)],
      ['energy', ({ figures }) => maybe(figures.joulesPerAnswer, 1)],
      [
        'heat',
        ({ figures }) =>
          [maybe(figures.celsius, 0, ' °C'), figures.wasThrottled === true ? t('speed.throttled') : '']
            .filter(Boolean)
            .join(', '),
      ],
    ];
    return {
      chat: [
        ['tokens', ({ figures }) => `${figures.promptTokens} + ${figures.answerTokens}`],
        ['prefill', ({ figures }) => format(figures.prefillTokensPerSecond)],
        ['decode', ({ figures }) => format(figures.decodeTokensPerSecond, 1)],
        ...common,
        ['accuracy', ({ accuracy }) => maybe(accuracy?.top1Percent, 1, ' %')],
      ],
      hearing: [
        ['sound', ({ soundSeconds, figures }) => `${format(soundSeconds)} s + ${figures.answerTokens}`],
        ['realtime', ({ figures }) => `${format(figures.timesRealtime, 1)} ×`],
        ['wholeText', ({ figures }) => pair(figures.wholeTextMs)],
        ['encoder', ({ figures }) => pair(figures.encodeMs)],
        ...common,
        ['changedWords', ({ accuracy }) => maybe(accuracy?.changedWordsPercent, 1, ' %')],
      ],
    };
  }, [i18n.language, t]);
}
