import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../contract/format-bytes.ts';
import type { Percentiles, ProfileFigures, ProfileRow } from '../../../contract/profile.ts';
import type { Series } from './chart-data.ts';
import styles from './speed.module.css';

/** Every figure of what is looked at. */
export function SpeedTable({ series, failed }: { series: Series[]; failed: ProfileRow[] }) {
  const { t, i18n } = useTranslation();
  const format = (value: number, digits: number) =>
    new Intl.NumberFormat(i18n.language, { maximumFractionDigits: digits }).format(value);
  const pair = ({ p50, p95 }: Percentiles, digits = 0) => `${format(p50, digits)} / ${format(p95, digits)}`;
  const all = series.flatMap(({ rows }) => measured(rows));
  const hasEnergy = all.some(({ figures }) => figures.joulesPerAnswer !== undefined);
  const hasHeat = all.some(({ figures }) => figures.celsius !== undefined);
  const hasAccuracy = all.some(({ row }) => row.accuracy !== undefined);
  return (
    <>
      {/* It scrolls by itself where the window is narrow, with the keyboard too. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable */}
      <section className={styles.tableBox} tabIndex={0} aria-label={t('speed.table')}>
        <table className={styles.table} data-testid="speed-table">
          <thead>
            <tr>
              <th scope="col">{t('speed.columns.what')}</th>
              <th scope="col">{t('speed.columns.tokens')}</th>
              <th scope="col">{t('speed.columns.prefill')}</th>
              <th scope="col">{t('speed.columns.decode')}</th>
              <th scope="col">{t('speed.columns.firstText')}</th>
              <th scope="col">{t('speed.columns.token')}</th>
              <th scope="col">{t('speed.columns.load')}</th>
              <th scope="col">{t('speed.columns.memory')}</th>
              {hasEnergy && <th scope="col">{t('speed.columns.energy')}</th>}
              {hasHeat && <th scope="col">{t('speed.columns.heat')}</th>}
              {hasAccuracy && <th scope="col">{t('speed.columns.accuracy')}</th>}
            </tr>
          </thead>
          {series.map(({ key, label, rows }) => (
            <tbody key={key}>
              {measured(rows).map(({ row, figures }, at) => (
                <tr key={row.promptTokens}>
                  {at === 0 && (
                    <th scope="rowgroup" rowSpan={measured(rows).length}>
                      {label}
                    </th>
                  )}
                  <td>{`${figures.promptTokens} + ${figures.answerTokens}`}</td>
                  <td>{format(figures.prefillTokensPerSecond, 0)}</td>
                  <td>{format(figures.decodeTokensPerSecond, 1)}</td>
                  <td>{pair(figures.firstTextMs)}</td>
                  <td>{pair(figures.tokenMs, 1)}</td>
                  <td>{format(figures.loadMs, 0)}</td>
                  <td>{formatBytes(figures.peakRssBytes)}</td>
                  {hasEnergy && (
                    <td>{figures.joulesPerAnswer === undefined ? '' : format(figures.joulesPerAnswer, 1)}</td>
                  )}
                  {hasHeat && (
                    <td>
                      {figures.celsius === undefined ? '' : `${format(figures.celsius, 0)} °C`}
                      {figures.wasThrottled === true && `, ${t('speed.throttled')}`}
                    </td>
                  )}
                  {hasAccuracy && (
                    <td>{row.accuracy === undefined ? '' : `${format(row.accuracy.top1Percent, 1)} %`}</td>
                  )}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </section>
      <p className={styles.note}>
        {t('speed.tableNote')} {hasAccuracy && t('speed.accuracyNote')}
      </p>
      {failed.length > 0 && (
        <ul className={styles.failed} data-testid="speed-failed">
          {failed.map(({ name, device, promptTokens, error }) => (
            <li key={`${name} ${device} ${promptTokens}`}>
              {t('speed.failed', { name, device: device.toUpperCase(), tokens: promptTokens })}{' '}
              {error?.message}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function measured(rows: readonly ProfileRow[]): Array<{ row: ProfileRow; figures: ProfileFigures }> {
  return rows.flatMap((row) => (row.figures === undefined ? [] : [{ row, figures: row.figures }]));
}
