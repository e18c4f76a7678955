import { FileDown, Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { addRepo, importModels } from './models-store.ts';
import styles from './models-view.module.css';

/** A model from elsewhere: a file of the user's, or a repository of the hub. */
export function AddModel() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const [repo, setRepo] = useState('');
  const [isAsking, setIsAsking] = useState(false);
  const add = async (event: FormEvent) => {
    event.preventDefault();
    setIsAsking(true);
    const isFound = await addRepo(repo.trim());
    setIsAsking(false);
    if (isFound) setIsOpen(false);
  };
  return (
    <div className={styles.tools}>
      {isOpen && (
        <form className={styles.add} onSubmit={(event) => void add(event)}>
          <input
            className={styles.repo}
            value={repo}
            // biome-ignore lint/a11y/noAutofocus: the field was just asked for
            autoFocus
            placeholder="owner/name"
            aria-label={t('models.repo')}
            onChange={(event) => setRepo(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && setIsOpen(false)}
            data-testid="repo-name"
          />
          <Button look="quiet" type="submit" disabled={isAsking || repo.trim() === ''} testId="add-repo">
            {isAsking ? t('models.asking') : t('models.look')}
          </Button>
        </form>
      )}
      {!isOpen && (
        <Button look="quiet" onClick={() => setIsOpen(true)} testId="open-add-repo">
          <Plus size={14} aria-hidden="true" />
          {t('models.fromHub')}
        </Button>
      )}
      <Button look="quiet" onClick={() => void importModels()} testId="import-model">
        <FileDown size={14} aria-hidden="true" />
        {t('models.import')}
      </Button>
    </div>
  );
}
