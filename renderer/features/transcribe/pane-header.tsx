import { Redo2, Search, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { shortcutText } from '../../ui/shortcut.ts';
import { useKeysText } from '../settings/settings-store.ts';
import { redo, undo } from './editor/edit-actions.ts';
import { SpeakersPanel } from './editor/speakers-panel.tsx';
import { ExportMenu } from './export-menu.tsx';
import type { Job } from './job.ts';
import { JobTitle } from './job-title.tsx';
import styles from './transcribe-view.module.css';

/** What is shown, and what can be done with all of it. */
export function PaneHeader({ job, onFind }: { job: Job; onFind: () => void }) {
  const { t, i18n } = useTranslation();
  const language = job.wishes.translate === true ? 'en' : (job.language ?? job.wishes.language);
  const names = new Intl.DisplayNames([i18n.language], { type: 'language' });
  const hasText = job.draft.segments.length > 0;
  const { past, future } = job.history;
  const undoName = t('speech.undo', { shortcut: shortcutText('Z') });
  const redoName = t('speech.redo', { shortcut: shortcutText('Y') });
  const findName = t('speech.findShortcut', { shortcut: useKeysText('find') });
  return (
    <header className={styles.header}>
      <JobTitle key={job.id} job={job} />
      {language !== undefined && (
        <span className={styles.chip} data-testid="language">
          <span className="visually-hidden">{t('speech.language')}: </span>
          {names.of(language)}
        </span>
      )}
      {(hasText || past.length > 0 || job.recording !== undefined) && (
        <div className={styles.tools}>
          {(hasText || past.length > 0) && (
            <>
              <Tool name={undoName} icon={Undo2} act={() => undo(job.id)} isOff={past.length === 0} />
              <Tool name={redoName} icon={Redo2} act={() => redo(job.id)} isOff={future.length === 0} />
              <Tool name={findName} icon={Search} act={onFind} isOff={false} />
              <SpeakersPanel jobId={job.id} draft={job.draft} />
            </>
          )}
          <ExportMenu job={job} />
        </div>
      )}
    </header>
  );
}

interface ToolProps {
  name: string;
  icon: typeof Search;
  act: () => void;
  isOff: boolean;
}

function Tool({ name, icon: Icon, act, isOff }: ToolProps) {
  return (
    <Button look="bare" aria-label={name} title={name} onClick={act} disabled={isOff}>
      <Icon size={15} aria-hidden="true" />
    </Button>
  );
}
