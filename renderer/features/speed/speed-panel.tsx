import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '../../ui/error-note.tsx';
import { hasMetric, MOST_SERIES, metricsOf, seriesOf } from './chart-data.ts';
import { MeasureForm } from './measure-form.tsx';
import { RunsList } from './runs-list.tsx';
import styles from './speed.module.css';
import { connectSpeed, showMetric, useSpeed } from './speed-store.ts';
import { SpeedTable } from './speed-table.tsx';

/** Drawing charts takes more code than the rest of this place: read by those who look at one. */
const SpeedChart = lazy(() => import('./speed-chart.tsx'));

/** How fast models answer here, and elsewhere. */
export function SpeedPanel() {
  const { t } = useTranslation();
  const runs = useSpeed((state) => state.runs);
  const chosen = useSpeed((state) => state.chosen);
  const problem = useSpeed((state) => state.problem);
  const news = useSpeed((state) => state.news);
  useEffect(connectSpeed, []);
  const shown = (runs ?? []).filter(({ id }) => chosen.includes(id));
  return (
    <>
      <p className={styles.lead}>{t('speed.lead')}</p>
      {problem !== undefined && <ErrorNote error={problem} detail />}
      <MeasureForm />
      <p className="visually-hidden" role="status">
        {news !== undefined &&
          t(`speed.news.${news.kind}`, news.kind === 'imported' ? { count: news.count } : {})}
      </p>
      {shown.length > 0 && <Results runs={shown} />}
      {runs !== undefined && <RunsList runs={runs} />}
    </>
  );
}

function Results({ runs }: { runs: Parameters<typeof seriesOf>[0] }) {
  const { t } = useTranslation();
  const wanted = useSpeed((state) => state.metric);
  const series = seriesOf(runs);
  const metrics = metricsOf(series);
  const metric = metrics.includes(wanted) ? wanted : metrics[0];
  const failed = runs.flatMap(({ rows }) => rows.filter(({ error }) => error !== undefined));
  return (
    <section className={styles.results} aria-label={t('speed.results')}>
      {metric !== undefined && (
        <>
          <fieldset className={styles.metrics} aria-label={t('speed.metric')}>
            {metrics.map((one) => (
              <button
                key={one}
                type="button"
                className={styles.metric}
                aria-pressed={one === metric}
                onClick={() => showMetric(one)}
                data-testid={`metric-${one}`}
              >
                {t(`speed.metrics.${one}`)}
              </button>
            ))}
          </fieldset>
          <p className={styles.note}>{t(`speed.metricNote.${metric}`)}</p>
          <Suspense fallback={<div className={styles.chart} />}>
            <SpeedChart series={series} metric={metric} />
          </Suspense>
          {series.filter((one) => hasMetric(one, metric)).length > MOST_SERIES && (
            <p className={styles.note}>{t('speed.chartCut', { count: MOST_SERIES })}</p>
          )}
        </>
      )}
      <SpeedTable series={series} failed={failed} />
    </section>
  );
}
