import { Trash2 } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelSettingsView } from '../../../contract/model-settings.ts';
import { backendSchema } from '../../../contract/models.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import styles from './model-settings-panel.module.css';
import {
  type Draft,
  draftOf,
  NUMBERS,
  type NumberName,
  presetIn,
  presetOf,
  settingsOf,
  withPreset,
} from './settings-form.ts';
import { closeSettings, removePreset, savePreset, saveSettings, useModelSettings } from './settings-store.ts';

/** How one model answers, and with how much of the machine. */
export function ModelSettingsPanel({ view, name }: { view: ModelSettingsView; name: string }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => draftOf(view.settings));
  const problem = useModelSettings((state) => state.problem);
  const systemId = useId();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (await saveSettings(view.id, settingsOf(draft))) closeSettings();
  };
  const number = (field: NumberName) => (
    <NumberField
      key={field}
      label={t(`models.settings.${field}.name`)}
      note={t(`models.settings.${field}.note`)}
      value={draft.numbers[field]}
      fallback={String(view.defaults[field])}
      onChange={(value) => setDraft({ ...draft, numbers: { ...draft.numbers, [field]: value } })}
      testId={`setting-${field}`}
    />
  );
  const [first, ...others] = NUMBERS;
  return (
    <form
      className={styles.form}
      aria-label={t('models.settings.of', { name })}
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => event.key === 'Escape' && closeSettings()}
      data-testid="model-settings"
    >
      <Presets view={view} draft={draft} setDraft={setDraft} />
      <div className={styles.field}>
        <label htmlFor={systemId}>{t('models.settings.system')}</label>
        <textarea
          id={systemId}
          className={styles.text}
          rows={3}
          value={draft.system}
          placeholder={t('models.settings.systemExample')}
          onChange={(event) => setDraft({ ...draft, system: event.target.value })}
          data-testid="setting-system"
        />
      </div>
      {number(first)}
      <details className={styles.more}>
        <summary>{t('models.settings.more')}</summary>
        <div className={styles.fields}>
          {others.map(number)}
          <Device draft={draft} setDraft={setDraft} />
        </div>
      </details>
      {problem !== undefined && <ErrorNote error={problem} detail />}
      <div className={styles.choices}>
        <Button look="primary" type="submit" testId="save-settings">
          {t('models.settings.save')}
        </Button>
        <Button look="quiet" onClick={closeSettings}>
          {t('models.settings.close')}
        </Button>
        <Button look="bare" onClick={() => setDraft(draftOf({}))} testId="reset-settings">
          {t('models.settings.reset')}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  draft: Draft;
  setDraft: (draft: Draft) => void;
}

function Presets({ view, draft, setDraft }: PartProps & { view: ModelSettingsView }) {
  const { t } = useTranslation();
  const id = useId();
  const [newName, setNewName] = useState<string>();
  const chosen = presetIn(draft, view);
  const isOwn = view.presets.some((one) => one.name === chosen && !one.builtIn);
  const choose = (name: string) => {
    const preset = view.presets.find((one) => one.name === name);
    if (preset !== undefined) setDraft(withPreset(draft, preset.values));
  };
  const keep = async () => {
    if (await savePreset(view.id, newName ?? '', presetOf(draft))) setNewName(undefined);
  };
  return (
    <div className={styles.presets}>
      <label htmlFor={id}>{t('models.settings.preset')}</label>
      <select
        id={id}
        className={styles.select}
        value={chosen ?? ''}
        onChange={(event) => choose(event.target.value)}
        data-testid="preset"
      >
        {chosen === undefined && <option value="">{t('models.settings.ownValues')}</option>}
        {view.presets.map((one) => (
          <option key={one.name} value={one.name}>
            {one.builtIn ? t(`models.settings.presets.${one.name}`) : one.name}
          </option>
        ))}
      </select>
      {isOwn && chosen !== undefined && (
        <Button
          look="bare"
          aria-label={t('models.settings.removePreset', { name: chosen })}
          title={t('models.settings.removePreset', { name: chosen })}
          onClick={() => void removePreset(view.id, chosen)}
          testId="remove-preset"
        >
          <Trash2 size={15} aria-hidden="true" />
        </Button>
      )}
      {chosen === undefined && newName === undefined && (
        <Button look="bare" onClick={() => setNewName('')} testId="new-preset">
          {t('models.settings.keepPreset')}
        </Button>
      )}
      {newName !== undefined && (
        <>
          <input
            className={styles.name}
            // biome-ignore lint/a11y/noAutofocus: the field was just asked for
            autoFocus
            value={newName}
            aria-label={t('models.settings.presetName')}
            placeholder={t('models.settings.presetName')}
            onChange={(event) => setNewName(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              void keep();
            }}
            data-testid="preset-name"
          />
          <Button
            look="quiet"
            disabled={newName.trim() === ''}
            onClick={() => void keep()}
            testId="save-preset"
          >
            {t('models.settings.keep')}
          </Button>
        </>
      )}
    </div>
  );
}

function Device({ draft, setDraft }: PartProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={styles.device}>
      <label htmlFor={id}>{t('models.settings.backend')}</label>
      <select
        id={id}
        className={styles.select}
        value={draft.backend}
        onChange={(event) => setDraft({ ...draft, backend: backendSchema.parse(event.target.value) })}
        data-testid="setting-backend"
      >
        {backendSchema.options.map((backend) => (
          <option key={backend} value={backend}>
            {backend === 'auto' ? t('models.settings.auto') : t(`models.device.${backend}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
