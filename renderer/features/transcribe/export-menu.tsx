import { Check, Copy, Download, X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExportFormat } from '../../../contract/speech.ts';
import { bridge } from '../../api/bridge.ts';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copy-text.ts';
import styles from '../../ui/menu.module.css';
import popover from '../../ui/popover.module.css';
import { useClosing } from '../../ui/use-closing.ts';
import { type Job, transcriptOf } from './job.ts';
import { refuse } from './transcribe-store.ts';

const FORMATS: ExportFormat[] = ['txt', 'docx', 'srt', 'vtt', 'json'];
const SHOWN_MS = 2_000;
const ICONS = { ready: Copy, saved: Check, copied: Check, notCopied: X };

/** Copy, or save in one of the formats. */
export function ExportMenu({ job }: { job: Job }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [state, setState] = useState<keyof typeof ICONS>('ready');
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  useClosing(open, place, () => setOpen(false));
  useEffect(() => {
    if (state === 'ready') return;
    const timer = setTimeout(() => setState('ready'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const save = async (format: ExportFormat) => {
    setOpen(false);
    if (await saveAs(job, format)) setState('saved');
  };
  const saveSound = async (recordingId: string) => {
    setOpen(false);
    const name = job.title.slice(0, 200);
    const saved = await bridge().calls['recordings.save']({ id: recordingId, name });
    refuse(saved.ok ? undefined : saved.error);
    if (saved.ok && saved.value.saved) setState('saved');
  };
  const copy = async () => {
    const text = await textOf(job);
    if (text !== undefined) setState(copyText(text) ? 'copied' : 'notCopied');
  };
  const CopyIcon = ICONS[state];
  const { recording } = job;
  const hasText = job.draft.segments.length > 0;
  const formats = hasText ? FORMATS : [];
  return (
    <>
      {hasText && (
        <Button look="bare" onClick={() => void copy()} title={t('speech.copy')} testId="copy-transcript">
          <CopyIcon size={15} aria-hidden="true" />
          <span className={popover.name}>{t('speech.copy')}</span>
        </Button>
      )}
      <div className={popover.place} ref={place}>
        <Button
          look="primary"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          testId="export"
        >
          <Download size={15} aria-hidden="true" />
          {t('speech.export')}
        </Button>
        <section id={id} className={popover.panel} hidden={!open} aria-label={t('speech.export')}>
          {formats.map((format) => (
            <button
              key={format}
              type="button"
              className={styles.item}
              onClick={() => void save(format)}
              data-testid={`export-${format}`}
            >
              <b>{t(`speech.formats.${format}.name`)}</b>
              <span>{t(`speech.formats.${format}.use`)}</span>
            </button>
          ))}
          {recording !== undefined && (
            <button
              type="button"
              className={styles.item}
              onClick={() => void saveSound(recording.id)}
              data-testid="save-sound"
            >
              <b>{t('speech.formats.wav.name')}</b>
              <span>{t('speech.formats.wav.use')}</span>
            </button>
          )}
        </section>
      </div>
      <span className="visually-hidden" role="status">
        {state === 'saved' && t('speech.saved')}
        {(state === 'copied' || state === 'notCopied') && t(`answer.${state}`)}
      </span>
    </>
  );
}

/** True when the file was written where the user said. */
async function saveAs(job: Job, format: ExportFormat): Promise<boolean> {
  const { calls } = bridge();
  const file = await calls['speech.export']({ transcript: transcriptOf(job), format });
  const saved = file.ok ? await calls['files.save'](file.value) : file;
  refuse(saved.ok ? undefined : saved.error);
  return saved.ok && saved.value.saved;
}

/** As the text file would have it. */
async function textOf(job: Job): Promise<string | undefined> {
  const file = await bridge().calls['speech.export']({ transcript: transcriptOf(job), format: 'txt' });
  refuse(file.ok ? undefined : file.error);
  return file.ok ? new TextDecoder().decode(file.value.bytes).trimEnd() : undefined;
}
