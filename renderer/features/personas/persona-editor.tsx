import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Persona } from '../../../contract/personas.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { NumberField, numberIn } from '../../ui/number-field.tsx';
import page from '../../ui/page.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { useModels } from '../models/models-store.ts';
import { edit, savePersona, usePersonas } from './personas-store.ts';

const NUMBERS = ['temperature', 'topP', 'topK', 'maxTokens'] as const;

/** Writes a persona anew, or changes one. */
export function PersonaEditor({ from }: { from: Partial<Persona> }) {
  const { t } = useTranslation();
  const problem = usePersonas((state) => state.problem);
  const [name, setName] = useState(from.name ?? '');
  const [description, setDescription] = useState(from.description ?? '');
  const [system, setSystem] = useState(from.system ?? '');
  const [starters, setStarters] = useState((from.starters ?? []).join('\n'));
  const [modelId, setModelId] = useState(from.modelId ?? '');
  const [numbers, setNumbers] = useState<Record<string, string>>(() =>
    Object.fromEntries(NUMBERS.map((one) => [one, String(from.values?.[one] ?? '')])),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const set = NUMBERS.map((one) => [one, numberIn(numbers[one])] as const);
    void savePersona({
      ...(from.id === undefined ? {} : { id: from.id }),
      name,
      description,
      system,
      ...(modelId === '' ? {} : { modelId }),
      values: { ...from.values, ...Object.fromEntries(set) },
      starters: starters
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    });
  };
  return (
    <form className={page.form} onSubmit={submit} data-testid="persona-editor">
      <h2 className={page.section}>{t(from.id === undefined ? 'personas.new' : 'personas.edit')}</h2>
      <TextField label={t('personas.name')} value={name} onChange={setName} testId="persona-name" isFirst />
      <TextField
        label={t('personas.description')}
        value={description}
        onChange={setDescription}
        testId="persona-description"
      />
      <TextField
        label={t('personas.system')}
        note={t('personas.systemNote', { example: '{{date}}' })}
        value={system}
        rows={7}
        onChange={setSystem}
        testId="persona-system"
      />
      <TextField
        label={t('personas.starters')}
        note={t('personas.startersNote')}
        value={starters}
        rows={4}
        onChange={setStarters}
        testId="persona-starters"
      />
      <ModelChoice value={modelId} onChange={setModelId} />
      {NUMBERS.map((one) => (
        <NumberField
          key={one}
          label={t(`models.settings.${one}.name`)}
          note={t(`models.settings.${one}.note`)}
          value={numbers[one] ?? ''}
          fallback={t('personas.asModel')}
          onChange={(value) => setNumbers({ ...numbers, [one]: value })}
          testId={`persona-${one}`}
        />
      ))}
      {problem !== undefined && <ErrorNote error={problem} detail />}
      <div className={page.choices}>
        <Button look="primary" type="submit" disabled={name.trim() === ''} testId="save-persona">
          {t('personas.save')}
        </Button>
        <Button look="quiet" onClick={() => edit(undefined)}>
          {t('personas.cancel')}
        </Button>
      </div>
    </form>
  );
}

function ModelChoice({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const entries = useModels((state) => state.overview?.entries);
  const here = (entries ?? []).filter((one) => one.task === 'chat' && one.state.state === 'ready');
  const isGone = value !== '' && here.every((one) => one.id !== value);
  return (
    <div className={page.row}>
      <label htmlFor={id}>{t('personas.model')}</label>
      <select
        id={id}
        className={page.select}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        data-testid="persona-model"
      >
        <option value="">{t('personas.anyModel')}</option>
        {isGone && <option value={value}>{value}</option>}
        {here.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}
