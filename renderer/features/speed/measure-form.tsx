import { Gauge, Square } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import type { Task } from '../../../contract/library.ts';
import type { Device } from '../../../contract/models.ts';
import { Button } from '../../ui/button.tsx';
import { NumberField, numberIn } from '../../ui/number-field.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { isHere, useModels } from '../models/models-store.ts';
import styles from './speed.module.css';
import { startMeasuring, stopMeasuring, useSpeed } from './speed-store.ts';
import { useGiven } from './use-given.ts';

/** Tokens to read: a short question, a page, a few pages. */
const LENGTHS = [64, 256, 1024];
/** Seconds of speech: a sentence, as live captions hear it, and as much as is heard in one go. */
const SOUNDS = [5, 30];

/** What to measure. As it stands at first it is one press. */
export function MeasureForm() {
  const { t } = useTranslation();
  const models = useModels(
    useShallow((state) =>
      (state.overview?.entries ?? []).filter(
        (entry) => (entry.task === 'chat' || entry.task === 'speech') && isHere(entry),
      ),
    ),
  );
  const devices = useModels(
    useShallow((state) => (state.system?.devices ?? []).filter(({ usable }) => usable)),
  );
  const cores = useModels((state) => state.system?.physicalCores);
  const isRunning = useSpeed((state) => state.running !== undefined);
  const inUse = models.find(({ task, chosen }) => task === 'chat' && chosen) ?? models[0];
  const [picked, setPicked] = useState<string[]>();
  const [onDevices, setOnDevices] = useState<Device[]>(['cpu']);
  const [lengths, setLengths] = useState(LENGTHS);
  const [sounds, setSounds] = useState(SOUNDS);
  const [threads, setThreads] = useState('');
  const [rounds, setRounds] = useState('');
  const ids = picked ?? (inUse === undefined ? [] : [inUse.id]);
  const has = (task: Task) => models.some((model) => model.task === task && ids.includes(model.id));
  const canAnswer = !has('chat') || (lengths.length > 0 && onDevices.length > 0);
  const canMeasure = ids.length > 0 && canAnswer && (!has('speech') || sounds.length > 0);
  const measure = (event: FormEvent) => {
    event.preventDefault();
    const count = numberIn(threads);
    startMeasuring({
      models: ids,
      threads: count === undefined ? [] : [count],
      answerTokens: 64,
      rounds: numberIn(rounds) ?? 5,
      // What is not on the page is not asked for.
      ...(has('chat') && { devices: onDevices, promptTokens: lengths }),
      ...(has('speech') && { soundSeconds: sounds }),
    });
  };
  if (isRunning) return <Running />;
  return (
    <form className={styles.form} onSubmit={measure} data-testid="measure-form">
      <Choices
        title={t('speed.models')}
        options={models.map(({ id, name, quantization }) => ({
          value: id,
          label: [name, quantization].filter(Boolean).join(', '),
        }))}
        chosen={ids}
        onChange={setPicked}
      />
      {has('chat') && (
        <Choices
          title={t('speed.lengths')}
          options={LENGTHS.map((value) => ({ value, label: t(`speed.length.${value}`, { tokens: value }) }))}
          chosen={lengths}
          onChange={(chosen) => setLengths(chosen.sort((a, b) => a - b))}
        />
      )}
      {has('speech') && (
        <Choices
          title={t('speed.sounds')}
          options={SOUNDS.map((value) => ({ value, label: t(`speed.sound.${value}`, { seconds: value }) }))}
          chosen={sounds}
          onChange={(chosen) => setSounds(chosen.sort((a, b) => a - b))}
        />
      )}
      {has('chat') && devices.length > 1 && (
        <Choices
          title={t('speed.devices')}
          options={devices.map(({ device }) => ({ value: device, label: t(`models.device.${device}`) }))}
          chosen={onDevices}
          onChange={setOnDevices}
        />
      )}
      <details className={styles.more}>
        <summary>{t('models.settings.more')}</summary>
        <NumberField
          label={t('speed.threads')}
          value={threads}
          fallback={cores === undefined ? '' : String(cores)}
          onChange={setThreads}
          testId="speed-threads"
        />
        <NumberField
          label={t('speed.rounds')}
          note={t('speed.roundsNote')}
          value={rounds}
          fallback="5"
          onChange={setRounds}
          testId="speed-rounds"
        />
      </details>
      <div className={styles.choices}>
        <Button look="primary" type="submit" disabled={!canMeasure} testId="measure">
          <Gauge size={14} aria-hidden="true" />
          {t('speed.measure')}
        </Button>
        <span className={styles.note}>{t('speed.measureNote')}</span>
      </div>
    </form>
  );
}

interface ChoicesProps<T extends string | number> {
  title: string;
  options: Array<{ value: T; label: string }>;
  chosen: T[];
  onChange: (chosen: T[]) => void;
}

function Choices<T extends string | number>({ title, options, chosen, onChange }: ChoicesProps<T>) {
  return (
    <fieldset className={styles.fieldset}>
      <legend>{title}</legend>
      {options.map(({ value, label }) => (
        <label key={value} className={styles.option}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
            }
            data-testid={`speed-option-${value}`}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

/** How far it is, and the way to stop it. */
function Running() {
  const { t } = useTranslation();
  const describe = useGiven();
  const running = useSpeed((state) => state.running);
  if (running === undefined) return null;
  const { done, total, now } = running;
  return (
    <div className={styles.running} data-testid="measuring">
      <p className={styles.now}>
        {now === undefined
          ? t('speed.starting')
          : t('speed.now', { name: now.name, device: now.device.toUpperCase(), given: describe(now) })}
      </p>
      <ProgressBar share={done / total} label={t('speed.progress')} />
      <div className={styles.choices}>
        <Button look="quiet" onClick={stopMeasuring} testId="stop-measuring">
          <Square size={14} aria-hidden="true" />
          {t('speed.stop')}
        </Button>
        <span className={styles.note}>{t('speed.runningNote')}</span>
      </div>
    </div>
  );
}
