import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SystemInfo } from '../../../contract/system.ts';
import { bridge } from '../../api/bridge.ts';
import { Button } from '../../ui/button.tsx';
import page from '../../ui/page.module.css';
import { changeSettings } from './settings-store.ts';
import styles from './settings-view.module.css';

/** Which Sotto this is, and the first steps once more. */
export function AboutSotto() {
  const { t } = useTranslation();
  const [info, setInfo] = useState<SystemInfo>();
  useEffect(() => {
    void bridge()
      .calls['system.info'](undefined)
      .then((reply) => reply.ok && setInfo(reply.value));
  }, []);
  return (
    <>
      <h2 className={page.section}>{t('settings.about')}</h2>
      <div className={styles.rows}>
        <div className={styles.row}>
          <p className={styles.words}>
            {`Sotto ${info?.version ?? ''}`}
            <span className={page.note}>{t('settings.aboutNote')}</span>
          </p>
          <Button
            look="bare"
            onClick={() => void changeSettings({ hasStarted: false })}
            testId="first-steps-again"
          >
            {t('settings.stepsAgain')}
          </Button>
        </div>
      </div>
    </>
  );
}
