import { Plus, Users, X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import styles from '../../../ui/popover.module.css';
import { useClosing } from '../../../ui/use-closing.ts';
import { addSpeaker, type Draft, removeSpeaker, renameSpeaker } from './draft.ts';
import { edit } from './edit-actions.ts';
import own from './speakers-panel.module.css';

/** Who speaks: names are changed here, and so on every line. */
export function SpeakersPanel({ jobId, draft }: { jobId: string; draft: Draft }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  useClosing(open, place, () => setOpen(false));
  const add = () => {
    const name = t('speech.speakerName', { number: draft.speakers.length + 1 });
    edit(jobId, (now) => addSpeaker(now, crypto.randomUUID(), name));
  };
  return (
    <div className={styles.place} ref={place}>
      <Button
        look="bare"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        title={t('speech.speakers')}
        testId="speakers"
      >
        <Users size={15} aria-hidden="true" />
        <span className={styles.name}>{t('speech.speakers')}</span>
      </Button>
      <section id={id} className={styles.panel} hidden={!open} aria-label={t('speech.speakers')}>
        {draft.speakers.length === 0 && <p className={own.hint}>{t('speech.speakersHint')}</p>}
        {draft.speakers.map((speaker) => {
          const removeName = t('speech.removeSpeaker', { name: speaker.name });
          return (
            <div key={speaker.id} className={own.row}>
              <input
                className={own.field}
                type="text"
                maxLength={80}
                value={speaker.name}
                aria-label={t('speech.speakerLabel')}
                onChange={(event) => {
                  const name = event.target.value;
                  edit(jobId, (now) => renameSpeaker(now, speaker.id, name), `name ${speaker.id}`);
                }}
              />
              <Button
                look="bare"
                aria-label={removeName}
                title={removeName}
                onClick={() => edit(jobId, (now) => removeSpeaker(now, speaker.id))}
              >
                <X size={14} aria-hidden="true" />
              </Button>
            </div>
          );
        })}
        <Button look="quiet" onClick={add} testId="add-speaker">
          <Plus size={14} aria-hidden="true" />
          {t('speech.addSpeaker')}
        </Button>
      </section>
    </div>
  );
}
