import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Prompt } from '../../../contract/personas.ts';
import { variablesIn } from '../../../contract/variables.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import page from '../../ui/page.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { edit, savePrompt, usePersonas } from './personas-store.ts';

/** Writes a question that is asked again and again. */
export function PromptEditor({ from }: { from: Partial<Prompt> }) {
  const { t } = useTranslation();
  const problem = usePersonas((state) => state.problem);
  const [name, setName] = useState(from.name ?? '');
  const [text, setText] = useState(from.text ?? '');
  const asked = variablesIn(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void savePrompt({ ...(from.id === undefined ? {} : { id: from.id }), name, text });
  };
  return (
    <form className={page.form} onSubmit={submit} data-testid="prompt-editor">
      <h2 className={page.section}>{t(from.id === undefined ? 'personas.newPrompt' : 'personas.edit')}</h2>
      <TextField label={t('personas.name')} value={name} onChange={setName} testId="prompt-name" isFirst />
      <TextField
        label={t('personas.text')}
        note={t('personas.textNote', { name: '{{name}}', date: '{{date}}' })}
        value={text}
        rows={8}
        onChange={setText}
        testId="prompt-text"
      />
      <p className={page.note} role="status">
        {asked.length > 0 && t('personas.asks', { names: asked.join(', ') })}
      </p>
      {problem !== undefined && <ErrorNote error={problem} detail />}
      <div className={page.choices}>
        <Button
          look="primary"
          type="submit"
          disabled={name.trim() === '' || text.trim() === ''}
          testId="save-prompt"
        >
          {t('personas.save')}
        </Button>
        <Button look="quiet" onClick={() => edit(undefined)}>
          {t('personas.cancel')}
        </Button>
      </div>
    </form>
  );
}
