import { RotateCcw, SquarePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ErrorCode, ErrorInfo } from '../../../contract/errors.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { retry } from './asking.ts';
import { newChat } from './chat-store.ts';

/** Failures that a new chat gets out of; for the others, trying again is the way, where there is an answer to retry. */
const NEEDS_NEW_CHAT: ReadonlySet<ErrorCode> = new Set(['CONTEXT_FULL', 'CHAT_UNKNOWN']);

interface ChatErrorProps {
  error: ErrorInfo;
  /** True where the last answer can be asked for again. */
  canRetry?: boolean;
  detail?: boolean;
  isNews?: boolean;
}

/** A failure in a chat, with the way out of it. */
export function ChatError({ error, canRetry = false, ...rest }: ChatErrorProps) {
  const { t } = useTranslation();
  const action = NEEDS_NEW_CHAT.has(error.code)
    ? { label: t('actions.newChat'), icon: SquarePen, act: () => void newChat() }
    : canRetry
      ? { label: t('actions.retry'), icon: RotateCcw, act: () => retry(), testId: 'retry' }
      : undefined;
  return <ErrorNote error={error} action={action} {...rest} />;
}
