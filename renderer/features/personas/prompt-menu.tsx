import { BookText } from 'lucide-react';
import { type FormEvent, type Ref, type RefObject, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Prompt } from '../../../contract/personas.ts';
import { fillVariables, variablesIn } from '../../../contract/variables.ts';
import { Button } from '../../ui/button.tsx';
import menu from '../../ui/menu.module.css';
import page from '../../ui/page.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { useClosing } from '../../ui/use-closing.ts';
import { useChat } from '../chat/chat-state.ts';
import { setDraft } from '../chat/drafts.ts';
import { goTo } from '../places/places-store.ts';
import { nameOf, usePersonas } from './personas-store.ts';
import styles from './prompt-menu.module.css';

interface PromptMenuProps {
  input: RefObject<HTMLTextAreaElement | null>;
  isOpen: boolean;
  setOpen: (isOpen: boolean) => void;
  /** What stands behind a "/" in the message: the menu follows it, and takes the place of it. */
  slashed: string | undefined;
  ref?: Ref<PromptKeys>;
}

/** Keys that the message hands on while it is written in and the menu is open. */
export interface PromptKeys {
  /** True: the menu has done something with it. */
  press(key: string): boolean;
}

/** Questions from the library, into the message at the caret; what they leave open is asked for first. */
export function PromptMenu({ input, isOpen, setOpen, slashed, ref }: PromptMenuProps) {
  const { t, i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const prompts = usePersonas((state) => state.prompts);
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState<Prompt>();
  const close = () => {
    setOpen(false);
    setAsked(undefined);
    setSearch('');
  };
  useClosing(isOpen, place, close);
  const insert = (text: string) => {
    close();
    if (/^\/\S*$/.test(useChat.getState().draft)) setDraft('');
    insertAt(input.current, text);
  };
  const choose = (prompt: Prompt) => {
    if (variablesIn(prompt.text).length > 0) setAsked(prompt);
    else insert(fillVariables(prompt.text, {}, i18n.language));
  };
  const wanted = (slashed ?? search).trim().toLowerCase();
  const found = prompts.filter((one) => nameOf(one).toLowerCase().includes(wanted));
  const name = t('personas.insert');
  useImperativeHandle(ref, () => ({
    press: (key) => {
      const [first] = found;
      if (key === 'Enter' && first !== undefined) choose(first);
      else if (key === 'ArrowDown' || key === 'ArrowUp')
        place.current?.querySelector<HTMLElement>('[data-testid="prompt-item"]')?.focus();
      else return false;
      return true;
    },
  }));
  return (
    <div className={styles.place} ref={place}>
      <Button
        look="bare"
        className={styles.button}
        aria-label={name}
        title={`${name} (/)`}
        aria-expanded={isOpen}
        onClick={() => (isOpen ? close() : setOpen(true))}
        testId="prompts"
      >
        <BookText size={16} aria-hidden="true" />
      </Button>
      {isOpen && (
        <section className={styles.panel} aria-label={name}>
          {asked === undefined ? (
            <>
              {slashed === undefined && (
                <input
                  // biome-ignore lint/a11y/noAutofocus: the menu was just asked for
                  autoFocus
                  type="search"
                  className={page.line}
                  value={search}
                  placeholder={t('personas.findPrompt')}
                  aria-label={t('personas.findPrompt')}
                  onChange={(event) => setSearch(event.target.value)}
                  onKeyDown={(event) => {
                    const [first] = found;
                    if (event.key !== 'Enter' || first === undefined) return;
                    event.preventDefault();
                    choose(first);
                  }}
                  data-testid="prompt-search"
                />
              )}
              <ul className={styles.list}>
                {found.map((one) => (
                  <li key={one.id}>
                    <button
                      type="button"
                      className={menu.item}
                      onClick={() => choose(one)}
                      data-testid="prompt-item"
                    >
                      <b>{nameOf(one)}</b>
                      <span className={styles.words}>{one.text}</span>
                    </button>
                  </li>
                ))}
              </ul>
              {found.length === 0 && <p className={page.note}>{t('personas.noPrompt')}</p>}
              <Button
                look="bare"
                onClick={() => {
                  close();
                  goTo('personas');
                }}
                testId="edit-prompts"
              >
                {t('personas.editPrompts')}
              </Button>
            </>
          ) : (
            <Variables prompt={asked} insert={insert} />
          )}
        </section>
      )}
    </div>
  );
}

function Variables({ prompt, insert }: { prompt: Prompt; insert: (text: string) => void }) {
  const { t, i18n } = useTranslation();
  const names = variablesIn(prompt.text);
  const [values, setValues] = useState<Record<string, string>>({});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const all = Object.fromEntries(names.map((one) => [one, values[one] ?? '']));
    insert(fillVariables(prompt.text, all, i18n.language));
  };
  return (
    <form className={page.form} onSubmit={submit} data-testid="prompt-variables">
      <h3 className={styles.title}>{nameOf(prompt)}</h3>
      {names.map((one, index) => (
        <TextField
          key={one}
          label={one}
          value={values[one] ?? ''}
          rows={index === names.length - 1 ? 3 : undefined}
          isFirst={index === 0}
          onChange={(value) => setValues({ ...values, [one]: value })}
          testId="prompt-variable"
        />
      ))}
      <div className={page.choices}>
        <Button look="primary" type="submit" testId="insert-prompt">
          {t('personas.insertIt')}
        </Button>
      </div>
    </form>
  );
}

function insertAt(input: HTMLTextAreaElement | null, text: string): void {
  const { draft } = useChat.getState();
  const from = input?.selectionStart ?? draft.length;
  const to = input?.selectionEnd ?? from;
  setDraft(draft.slice(0, from) + text + draft.slice(to));
  // The caret stands behind what was put in, once the page has it.
  requestAnimationFrame(() => {
    input?.focus();
    input?.setSelectionRange(from + text.length, from + text.length);
  });
}
