import { Mic } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { startRecording, useRecord } from './record-store.ts';

export function RecordButton() {
  const { t } = useTranslation();
  const isRecording = useRecord((state) => state.view !== undefined);
  return (
    <Button look="primary" testId="record" disabled={isRecording} onClick={() => void startRecording()}>
      <Mic size={15} aria-hidden="true" />
      {t('record.start')}
    </Button>
  );
}
