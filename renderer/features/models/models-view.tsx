import { FolderInput } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { formatBytes } from '../../../contract/format-bytes.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { useFromStart } from '../../ui/use-from-start.ts';
import { usePlace } from '../places/places-store.ts';
import { useKeysText, useShortcut } from '../settings/settings-store.ts';
import { SpeedPanel } from '../speed/speed-panel.tsx';
import { AddModel } from './add-model.tsx';
import { DevicesPanel } from './devices-panel.tsx';
import { ModelCard } from './model-card.tsx';
import {
  connectModels,
  isPanel,
  moveFolder,
  SHELVES,
  type Shelf,
  searchFor,
  selectEntries,
  show,
  showOnlyFitting,
  useModels,
} from './models-store.ts';
import styles from './models-view.module.css';
import { NetworkSwitch } from './network-switch.tsx';
import { PreferencesForm } from './preferences-form.tsx';

/** Find a model, fetch it, use it, remove it. */
export function ModelsView() {
  const { t } = useTranslation();
  const shelf = useModels((state) => state.shelf);
  const search = useModels((state) => state.search);
  const problem = useModels((state) => state.problems['']);
  const entries = useModels(useShallow(selectEntries));
  const isRead = useModels((state) => state.overview !== undefined);
  const onlyFitting = useModels((state) => state.onlyFitting);
  const main = useRef<HTMLElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  useFromStart(scroll, `${shelf} ${search} ${onlyFitting}`);
  useEffect(connectModels, []);
  const isSearching = search.trim() !== '';
  const hasCards = isSearching || !isPanel(shelf);
  return (
    <div className={styles.view}>
      <Side />
      <main className={styles.main} ref={main} tabIndex={-1}>
        <header className={styles.header}>
          <h1 className={styles.title}>{isSearching ? t('models.found') : t(`models.shelf.${shelf}`)}</h1>
          <AddModel />
        </header>
        <div className={styles.scroll} ref={scroll}>
          <div className={styles.column}>
            {problem !== undefined && <ErrorNote error={problem} detail />}
            {shelf === 'machine' && !isSearching && <p className={styles.lead}>{t('models.lead')}</p>}
            {(isSearching || shelf === 'chat' || shelf === 'speech') && <FitFilter />}
            {hasCards && (
              <ul className={styles.cards} aria-label={t('models.list')}>
                {entries.map((entry) => (
                  <ModelCard key={entry.id} entry={entry} />
                ))}
              </ul>
            )}
            {shelf === 'devices' && !isSearching && <DevicesPanel />}
            {shelf === 'speed' && !isSearching && <SpeedPanel />}
            {shelf === 'here' && !isSearching && <Preferences />}
            {hasCards && isRead && entries.length === 0 && <p className={styles.none}>{t('models.none')}</p>}
            <Problems />
          </div>
        </div>
      </main>
    </div>
  );
}

function Side() {
  const { t } = useTranslation();
  const shelf = useModels((state) => state.shelf);
  const search = useModels((state) => state.search);
  const field = useRef<HTMLInputElement>(null);
  const isHere = usePlace((state) => state.place === 'models');
  useShortcut('find', () => field.current?.focus(), isHere);
  return (
    <aside className={styles.side} aria-label={t('models.title')}>
      <h2 className={styles.sideTitle}>{t('models.title')}</h2>
      <SearchField
        field={field}
        value={search}
        name={t('models.find')}
        shortcut={useKeysText('find')}
        onChange={searchFor}
        testId="model-search"
      />
      <ul className={styles.shelves}>
        {SHELVES.map((one) => (
          <li key={one}>
            <button
              type="button"
              className={styles.shelf}
              aria-current={one === shelf && search === '' ? 'true' : undefined}
              onClick={() => show(one)}
              data-testid={`shelf-${one}`}
            >
              <span className={styles.shelfName}>{t(`models.shelf.${one}`)}</span>
              <span className={styles.shelfNote}>
                <ShelfNote shelf={one} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      <NetworkSwitch />
    </aside>
  );
}

function ShelfNote({ shelf }: { shelf: Shelf }) {
  const { t } = useTranslation();
  const overview = useModels((state) => state.overview);
  const count = useModels((state) => selectEntries({ ...state, shelf, search: '' }).length);
  if (overview === undefined) return '…';
  if (shelf === 'machine') {
    const memory = overview.entries.find((entry) => entry.fit !== undefined)?.fit?.freeBytes;
    return memory === undefined ? '' : t('models.memoryFree', { free: formatBytes(memory) });
  }
  if (shelf === 'devices') return t('models.devicesNote');
  if (shelf === 'speed') return t('models.speedNote');
  if (shelf !== 'here') return t('models.count', { count });
  return t('models.disk', {
    used: formatBytes(overview.folder.usedBytes),
    free: formatBytes(overview.folder.freeBytes),
  });
}

/** Leaves out what this machine has too little memory for. */
function FitFilter() {
  const { t } = useTranslation();
  const onlyFitting = useModels((state) => state.onlyFitting);
  return (
    <label className={styles.filter}>
      <input
        type="checkbox"
        checked={onlyFitting}
        onChange={(event) => showOnlyFitting(event.target.checked)}
        data-testid="only-fitting"
      />
      {t('models.onlyFitting')}
    </label>
  );
}

function Preferences() {
  const overview = useModels((state) => state.overview);
  if (overview === undefined) return null;
  return <PreferencesForm preferences={overview.preferences} hub={overview.network.hub} />;
}

/** What was left out of the catalogue, and what lies in the folder and is none of ours. */
function Problems() {
  const { t } = useTranslation();
  const overview = useModels((state) => state.overview);
  const shelf = useModels((state) => state.shelf);
  if (overview === undefined || shelf !== 'here') return null;
  const { folder, problems } = overview;
  return (
    <div className={styles.notes}>
      <p className={styles.path}>
        {t('models.folder', { path: folder.path })}{' '}
        <Button look="quiet" onClick={() => void moveFolder()} testId="move-folder">
          <FolderInput size={14} aria-hidden="true" />
          {t('models.move')}
        </Button>
      </p>
      {folder.unknown.length > 0 && <p>{t('models.unknown', { names: folder.unknown.join(', ') })}</p>}
      {problems.map((problem) => (
        <p key={problem}>{t('models.badEntry', { problem })}</p>
      ))}
    </div>
  );
}
