import { Check, Copy, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { copyText } from './copy-text.ts';

const SHOWN_MS = 1500;
const ICONS = { ready: Copy, copied: Check, notCopied: X };

/** Copies a text and says for a moment whether that worked. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [state, setState] = useState<keyof typeof ICONS>('ready');
  useEffect(() => {
    if (state === 'ready') return;
    const timer = setTimeout(() => setState('ready'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const Icon = ICONS[state];
  return (
    <Button look="bare" onClick={() => setState(copyText(text) ? 'copied' : 'notCopied')}>
      <Icon size={14} aria-hidden="true" />
      {state === 'ready' ? label : t(`answer.${state}`)}
    </Button>
  );
}
