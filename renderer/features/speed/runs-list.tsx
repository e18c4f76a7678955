import { Download, Trash2, Upload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ProfileRun } from '../../../contract/profile.ts';
import { Button } from '../../ui/button.tsx';
import { FileButton } from '../../ui/file-button.tsx';
import { JSON_FILES } from '../../ui/file-kinds.ts';
import styles from './speed.module.css';
import { choose, importRuns, removeRun, saveRuns, useSpeed } from './speed-store.ts';

/** What was measured, here or elsewhere; what is ticked is compared. */
export function RunsList({ runs }: { runs: ProfileRun[] }) {
  const { t } = useTranslation();
  const hasChosen = useSpeed((state) => state.chosen.length > 0);
  return (
    <section className={styles.runs}>
      <div className={styles.runsHead}>
        <h2 className={styles.section}>{t('speed.runs')}</h2>
        <div className={styles.choices}>
          <FileButton
            look="bare"
            accept={JSON_FILES}
            onFiles={([taken]) => taken && void importRuns(taken)}
            testId="import-speed"
            inputTestId="speed-file"
          >
            <Upload size={14} aria-hidden="true" />
            {t('speed.import')}
          </FileButton>
          {runs.length > 0 &&
            (['md', 'json'] as const).map((format) => (
              <Button
                key={format}
                look="bare"
                disabled={!hasChosen}
                onClick={() => void saveRuns(format)}
                testId={`save-speed-${format}`}
              >
                <Download size={14} aria-hidden="true" />
                {t(`speed.save.${format}`)}
              </Button>
            ))}
        </div>
      </div>
      {runs.length === 0 && <p className={styles.note}>{t('speed.none')}</p>}
      {runs.length > 1 && <p className={styles.note}>{t('speed.compareNote')}</p>}
      <ul className={styles.runList} aria-label={t('speed.runs')}>
        {runs.map((run) => (
          <RunItem key={run.id} run={run} />
        ))}
      </ul>
    </section>
  );
}

function RunItem({ run }: { run: ProfileRun }) {
  const { t, i18n } = useTranslation();
  const isChosen = useSpeed((state) => state.chosen.includes(run.id));
  const when = new Date(run.measuredAt).toLocaleString(i18n.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const models = [...new Set(run.rows.map(({ name }) => name))].join(', ');
  const { cpu, physicalCores, runtime } = run.machine;
  return (
    <li className={styles.run} data-testid="speed-run">
      <label className={styles.runName}>
        <input type="checkbox" checked={isChosen} onChange={({ target }) => choose(run.id, target.checked)} />
        <span>
          <b>{models}</b>
          <span className={styles.runFacts}>
            {[when, t('speed.machine', { cpu, count: physicalCores }), runtime].join(' · ')}
            {!run.isWhole && ` · ${t('speed.partly')}`}
          </span>
        </span>
      </label>
      <Button
        look="bare"
        aria-label={t('speed.remove', { name: `${models}, ${when}` })}
        title={t('speed.remove', { name: when })}
        onClick={() => void removeRun(run.id)}
        testId="remove-speed"
      >
        <Trash2 size={14} aria-hidden="true" />
      </Button>
    </li>
  );
}
