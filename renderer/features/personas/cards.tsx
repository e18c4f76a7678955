import { Copy, MessageSquarePlus, Pencil, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Persona, Prompt } from '../../../contract/personas.ts';
import { Button } from '../../ui/button.tsx';
import page from '../../ui/page.module.css';
import { newChat } from '../chat/chat-store.ts';
import { goTo } from '../places/places-store.ts';
import styles from './cards.module.css';
import { copyOf, descriptionOf, edit, nameOf, removePersona, removePrompt } from './personas-store.ts';

export function PersonaCard({ persona }: { persona: Persona }) {
  const { t } = useTranslation();
  const name = nameOf(persona);
  const begin = async () => {
    goTo('chat');
    await newChat(persona.id);
  };
  return (
    <Card
      name={name}
      text={descriptionOf(persona) || persona.system}
      isBuiltIn={persona.isBuiltIn}
      testId="persona"
      onEdit={() => edit({ kind: 'persona', from: persona })}
      onCopy={() => edit({ kind: 'persona', from: copyOf(persona) })}
      onRemove={() => void removePersona(persona.id)}
    >
      <Button look="quiet" onClick={() => void begin()} testId="chat-with">
        <MessageSquarePlus size={15} aria-hidden="true" />
        {t('personas.begin')}
      </Button>
    </Card>
  );
}

export function PromptCard({ prompt }: { prompt: Prompt }) {
  return (
    <Card
      name={nameOf(prompt)}
      text={prompt.text}
      isBuiltIn={prompt.isBuiltIn}
      testId="prompt"
      onEdit={() => edit({ kind: 'prompt', from: prompt })}
      onCopy={() => edit({ kind: 'prompt', from: copyOf(prompt) })}
      onRemove={() => void removePrompt(prompt.id)}
    />
  );
}

interface CardProps {
  name: string;
  text: string;
  isBuiltIn: boolean;
  testId: string;
  onEdit: () => void;
  onCopy: () => void;
  onRemove: () => void;
  children?: ReactNode;
}

function Card({ name, text, isBuiltIn, testId, onEdit, onCopy, onRemove, children }: CardProps) {
  const { t } = useTranslation();
  const [asks, setAsks] = useState(false);
  return (
    <li className={page.card} data-testid={testId}>
      <div className={styles.head}>
        <h3 className={styles.name}>{name}</h3>
        {isBuiltIn && <span className={styles.example}>{t('personas.example')}</span>}
      </div>
      <p className={styles.words}>{text}</p>
      <div className={page.choices}>
        {children}
        {asks ? (
          <>
            <span>{t('personas.sure')}</span>
            <Button look="danger" onClick={onRemove} testId="confirm-remove">
              {t('personas.remove')}
            </Button>
            <Button look="quiet" onClick={() => setAsks(false)}>
              {t('personas.cancel')}
            </Button>
          </>
        ) : (
          <>
            {!isBuiltIn && (
              <IconButton name={t('personas.editOf', { name })} onClick={onEdit} testId="edit">
                <Pencil size={15} aria-hidden="true" />
              </IconButton>
            )}
            <IconButton name={t('personas.copy', { name })} onClick={onCopy} testId="copy">
              <Copy size={15} aria-hidden="true" />
            </IconButton>
            {!isBuiltIn && (
              <IconButton
                name={t('personas.removeOf', { name })}
                onClick={() => setAsks(true)}
                testId="remove"
              >
                <Trash2 size={15} aria-hidden="true" />
              </IconButton>
            )}
          </>
        )}
      </div>
    </li>
  );
}

interface IconButtonProps {
  name: string;
  onClick: () => void;
  testId: string;
  children: ReactNode;
}

function IconButton({ name, onClick, testId, children }: IconButtonProps) {
  return (
    <Button look="bare" aria-label={name} title={name} onClick={onClick} testId={testId}>
      {children}
    </Button>
  );
}
