import { type KeyboardEvent, useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Command } from '../../../contract/commands.ts';
import { bridge } from '../../api/bridge.ts';
import { useClosing } from '../../ui/use-closing.ts';
import { lock } from '../history/storage-store.ts';
import { useShortcut } from '../settings/settings-store.ts';
import { type Action, findActions, listActions, recordNow, showShortcuts } from './actions.ts';
import styles from './palette.module.css';

/** Everything that can be done, by its name; and the keys that hold everywhere. */
export function Palette() {
  const [actions, setActions] = useState<Action[]>();
  const toggle = () => setActions(actions === undefined ? listActions() : undefined);
  useShortcut('palette', toggle);
  useShortcut('record', recordNow);
  useShortcut('shortcuts', showShortcuts);
  useShortcut('lock', () => void lock());
  // From the system's menus, by the names that actions have here; what cannot be done now is left out.
  const onCommand = useEffectEvent((command: Command) => {
    if (command === 'palette') toggle();
    else
      listActions()
        .find(({ id }) => id === command)
        ?.run();
  });
  useEffect(() => bridge().broadcasts['window.command'](onCommand), []);
  if (actions === undefined) return null;
  return <List actions={actions} close={() => setActions(undefined)} />;
}

function List({ actions, close }: { actions: Action[]; close: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const returnTo = useRef(document.activeElement);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = findActions(actions, text);
  const chosen = Math.min(at, found.length - 1);
  const leave = () => {
    close();
    if (returnTo.current instanceof HTMLElement) returnTo.current.focus();
  };
  useClosing(true, panel, leave, 'dialog');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen is what must be seen
  useEffect(() => {
    panel.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, text]);
  const run = (action: Action | undefined) => {
    if (action === undefined) return;
    leave();
    action.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((chosen + step + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') run(found[chosen]);
    // There is nothing else to go to until this is closed.
    else if (event.key !== 'Tab') return;
    event.preventDefault();
  };
  return (
    <div className={styles.veil}>
      <div
        ref={panel}
        className={styles.panel}
        role="dialog"
        aria-modal="true"
        aria-label={t('palette.title')}
      >
        <input
          // biome-ignore lint/a11y/noAutofocus: the palette was just asked for
          autoFocus
          className={styles.field}
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={found[chosen] === undefined ? undefined : `${id}-${chosen}`}
          aria-label={t('palette.title')}
          placeholder={t('palette.find')}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          data-testid="palette"
        />
        <div id={id} className={styles.list} role="listbox" tabIndex={-1} aria-label={t('palette.title')}>
          {found.map((action, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
            <div
              key={action.id}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              className={styles.item}
              onPointerMove={() => setAt(index)}
              onClick={() => run(action)}
              data-testid={`action-${action.id}`}
            >
              <span className={styles.name}>{action.name}</span>
              {action.keys !== undefined && <kbd className={styles.keys}>{action.keys}</kbd>}
            </div>
          ))}
        </div>
        {found.length === 0 && <p className={styles.none}>{t('palette.none')}</p>}
      </div>
    </div>
  );
}
