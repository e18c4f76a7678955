import { Plus } from 'lucide-react';
import { type FormEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import menu from '../../ui/menu.module.css';
import popover from '../../ui/popover.module.css';
import { useClosing } from '../../ui/use-closing.ts';
import { addRepo, importModels } from './models-store.ts';
import styles from './models-view.module.css';
import { NetworkNeeded, useOffline } from './network-needed.tsx';

const WAYS = ['hub', 'file', 'folder'] as const;

/** A model from elsewhere: a repository of the hub, a file of the user's, or a folder of them. */
export function AddModel() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const [asksRepo, setAsksRepo] = useState(false);
  const isOffline = useOffline();
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  useClosing(isOpen, place, () => setIsOpen(false));
  const choose = (way: (typeof WAYS)[number]) => {
    setIsOpen(false);
    if (way === 'hub') setAsksRepo(true);
    else void importModels(way === 'folder');
  };
  return (
    <div className={styles.tools}>
      {asksRepo && <RepoForm close={() => setAsksRepo(false)} />}
      <div className={popover.place} ref={place}>
        <Button
          look="quiet"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setIsOpen(!isOpen)}
          testId="add-model"
        >
          <Plus size={14} aria-hidden="true" />
          {t('models.add')}
        </Button>
        <section id={id} className={popover.panel} hidden={!isOpen} aria-label={t('models.add')}>
          {WAYS.map((way) => (
            <button
              key={way}
              type="button"
              className={menu.wide}
              onClick={() => choose(way)}
              disabled={way === 'hub' && isOffline}
              data-testid={`add-from-${way}`}
            >
              <b>{t(`models.addWays.${way}.name`)}</b>
              <span>{t(`models.addWays.${way}.use`)}</span>
              {way === 'hub' && <NetworkNeeded words="models.networkNeededToLook" />}
            </button>
          ))}
        </section>
      </div>
    </div>
  );
}

function RepoForm({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [repo, setRepo] = useState('');
  const isOffline = useOffline();
  const [isAsking, setIsAsking] = useState(false);
  const add = async (event: FormEvent) => {
    event.preventDefault();
    setIsAsking(true);
    const isFound = await addRepo(repo.trim());
    setIsAsking(false);
    if (isFound) close();
  };
  return (
    <form className={styles.add} onSubmit={(event) => void add(event)}>
      <input
        className={styles.repo}
        value={repo}
        // biome-ignore lint/a11y/noAutofocus: the field was just asked for
        autoFocus
        placeholder="owner/name"
        aria-label={t('models.repo')}
        onChange={(event) => setRepo(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && close()}
        data-testid="repo-name"
      />
      <NetworkNeeded words="models.networkNeededToLook" />
      <Button
        look="quiet"
        type="submit"
        disabled={isOffline || isAsking || repo.trim() === ''}
        testId="add-repo"
      >
        {isAsking ? t('models.asking') : t('models.look')}
      </Button>
    </form>
  );
}
