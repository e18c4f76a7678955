import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseMicrophone, useRecord, watchMicrophones } from './record-store.ts';

/** Which microphone, where there is a choice. */
export function MicrophoneSelect({ className, id }: { className: string | undefined; id: string }) {
  const { t } = useTranslation();
  const microphones = useRecord((state) => state.microphones);
  const deviceId = useRecord((state) => state.deviceId);
  useEffect(watchMicrophones, []);
  return (
    <select
      id={id}
      className={className}
      value={deviceId ?? ''}
      onChange={(event) => chooseMicrophone(event.target.value || undefined)}
      data-testid="microphone"
    >
      <option value="">{t('record.anyMicrophone')}</option>
      {microphones.map((one, index) => (
        <option key={one.id} value={one.id}>
          {one.label || t('record.unnamed', { number: index + 1 })}
        </option>
      ))}
    </select>
  );
}
