import { useTranslation } from 'react-i18next';
import { useChat } from '../chat/chat-state.ts';
import { choosePersona } from '../chat/chat-store.ts';
import styles from './persona-picker.module.css';
import { descriptionOf, nameOf, usePersonas } from './personas-store.ts';

/** Who answers in a new chat. */
export function PersonaPicker() {
  const { t } = useTranslation();
  const personas = usePersonas((state) => state.personas);
  const chosen = useChat((state) => state.personaId);
  if (personas.length === 0) return null;
  const options = [{ id: undefined, name: t('personas.none'), hint: t('personas.noneHint') }].concat(
    personas.map((one) => ({ id: one.id, name: nameOf(one), hint: descriptionOf(one) })) as never,
  );
  return (
    <fieldset className={styles.picker}>
      <legend className={styles.label}>{t('personas.who')}</legend>
      {options.map(({ id, name, hint }) => (
        <label key={id ?? ''} className={styles.option} title={hint}>
          <input
            type="radio"
            name="persona"
            className="visually-hidden"
            checked={id === chosen}
            onChange={() => void choosePersona(id)}
            data-testid="pick-persona"
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

/** The same where a conversation is under way: small, and for the answers to come. */
export function PersonaSelect() {
  const { t } = useTranslation();
  const personas = usePersonas((state) => state.personas);
  const chosen = useChat((state) => state.personaId);
  const isNew = useChat((state) => state.messages.length === 0 && state.live === undefined);
  if (isNew || (personas.length === 0 && chosen === undefined)) return null;
  const isGone = chosen !== undefined && personas.every(({ id }) => id !== chosen);
  return (
    <select
      className={styles.select}
      aria-label={t('personas.who')}
      value={chosen ?? ''}
      onChange={({ target }) => void choosePersona(target.value === '' ? undefined : target.value)}
      data-testid="persona-select"
    >
      <option value="">{t('personas.none')}</option>
      {isGone && <option value={chosen}>{t('personas.gone')}</option>}
      {personas.map((one) => (
        <option key={one.id} value={one.id}>
          {nameOf(one)}
        </option>
      ))}
    </select>
  );
}
