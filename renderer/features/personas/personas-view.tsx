import { Download, Plus, Upload } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { FileButton } from '../../ui/file-button.tsx';
import { JSON_FILES } from '../../ui/file-kinds.ts';
import page from '../../ui/page.module.css';
import { PersonaCard, PromptCard } from './cards.tsx';
import { PersonaEditor } from './persona-editor.tsx';
import { edit, exportPersonas, importPersonas, readPersonas, usePersonas } from './personas-store.ts';
import { PromptEditor } from './prompt-editor.tsx';

/** Ways of answering, and questions that are asked again and again. */
export function PersonasView() {
  const { t } = useTranslation();
  const editing = usePersonas((state) => state.editing);
  useEffect(() => void readPersonas(), []);
  return (
    <main className={page.main} tabIndex={-1}>
      <header className={page.header}>
        <h1 className={page.title}>{t('personas.title')}</h1>
        {editing === undefined && <Tools />}
      </header>
      <div className={page.scroll}>
        <div className={page.column}>
          {editing === undefined && <Library />}
          {editing?.kind === 'persona' && <PersonaEditor from={editing.from} />}
          {editing?.kind === 'prompt' && <PromptEditor from={editing.from} />}
        </div>
      </div>
    </main>
  );
}

function Tools() {
  const { t } = useTranslation();
  return (
    <div className={page.tools}>
      <FileButton
        look="bare"
        accept={JSON_FILES}
        onFiles={([chosen]) => chosen && void importPersonas(chosen)}
        testId="import-personas"
        inputTestId="personas-file"
      >
        <Upload size={15} aria-hidden="true" />
        {t('personas.import')}
      </FileButton>
      <Button look="bare" onClick={() => void exportPersonas()} testId="export-personas">
        <Download size={15} aria-hidden="true" />
        {t('personas.export')}
      </Button>
    </div>
  );
}

function Library() {
  const { t } = useTranslation();
  const personas = usePersonas((state) => state.personas);
  const prompts = usePersonas((state) => state.prompts);
  const problem = usePersonas((state) => state.problem);
  const imported = usePersonas((state) => state.imported);
  return (
    <>
      <p className={page.lead}>{t('personas.lead')}</p>
      {problem !== undefined && <ErrorNote error={problem} detail />}
      <p role="status" className={page.note}>
        {imported !== undefined && t('personas.imported', imported)}
      </p>
      <h2 className={page.section}>{t('personas.personas')}</h2>
      <ul className={page.cards} aria-label={t('personas.personas')}>
        {personas.map((persona) => (
          <PersonaCard key={persona.id} persona={persona} />
        ))}
        <li>
          <Button look="quiet" onClick={() => edit({ kind: 'persona', from: {} })} testId="new-persona">
            <Plus size={15} aria-hidden="true" />
            {t('personas.new')}
          </Button>
        </li>
      </ul>
      <h2 className={page.section}>{t('personas.prompts')}</h2>
      <ul className={page.cards} aria-label={t('personas.prompts')}>
        {prompts.map((prompt) => (
          <PromptCard key={prompt.id} prompt={prompt} />
        ))}
        <li>
          <Button look="quiet" onClick={() => edit({ kind: 'prompt', from: {} })} testId="new-prompt">
            <Plus size={15} aria-hidden="true" />
            {t('personas.newPrompt')}
          </Button>
        </li>
      </ul>
    </>
  );
}
