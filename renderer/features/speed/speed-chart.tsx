import { useTranslation } from 'react-i18next';
import { Bar, BarChart, CartesianGrid, LabelList, Legend, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { groupsOf, hasMetric, type Metric, MOST_SERIES, type Series } from './chart-data.ts';
import styles from './speed.module.css';
import { useGiven } from './use-given.ts';

const COLOURS = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'];
const HEIGHT = 280;
const TICK = { fill: 'var(--ink-2)', fontSize: 12 };

interface SpeedChartProps {
  /** All that is looked at; what has nothing of the metric is left out. */
  series: Series[];
  metric: Metric;
}

/** Bars by how much was read. The table below it says the same, and more. */
export default function SpeedChart({ series, metric }: SpeedChartProps) {
  const { i18n } = useTranslation();
  const describe = useGiven();
  const number = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 3 });
  const tell = (value: unknown) => (typeof value === 'number' ? number.format(value) : '');
  const drawn = series.filter((one) => hasMetric(one, metric)).slice(0, MOST_SERIES);
  // What is shown next keeps the colours of what is shown now, as long as there are enough.
  const coloured = series.length > COLOURS.length ? drawn : series;
  const groups = groupsOf(drawn, metric).map(({ given, values }) => ({ ...values, name: describe(given) }));
  return (
    <div className={styles.chart} data-testid="speed-chart">
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <BarChart data={groups} margin={{ top: 20, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="name" tick={TICK} tickLine={false} stroke="var(--line-strong)" />
          <YAxis tick={TICK} tickLine={false} axisLine={false} width={56} tickFormatter={tell} />
          <Legend
            itemSorter={null}
            formatter={(label: string) => <span className={styles.legend}>{label}</span>}
          />
          {drawn.map(({ key, label }) => (
            <Bar
              key={key}
              dataKey={key}
              name={label}
              fill={`var(${COLOURS[coloured.findIndex((one) => one.key === key)]})`}
              maxBarSize={56}
              radius={[3, 3, 0, 0]}
              isAnimationActive={false}
            >
              <LabelList dataKey={key} position="top" formatter={tell} className={styles.barValue} />
            </Bar>
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
