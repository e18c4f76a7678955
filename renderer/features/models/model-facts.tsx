import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../contract/format-bytes.ts';
import type { ModelEntry } from '../../../contract/library.ts';
import styles from './model-card.module.css';

/** What a model is, in one paragraph; whether it suits this machine, with the numbers. */
export function ModelFacts({ entry }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  const { fit, disk } = entry;
  const facts = useFacts(entry);
  const numbers = fit && { need: formatBytes(fit.needBytes), free: formatBytes(fit.freeBytes) };
  return (
    <>
      {entry.summary !== '' && <p className={styles.summary}>{entry.summary}</p>}
      <p className={styles.facts}>
        {facts.map((fact, index) => (
          <span key={fact} className={styles.fact}>
            {fact}
            {index < facts.length - 1 && ' · '}
          </span>
        ))}
      </p>
      {fit !== undefined && numbers !== undefined && entry.origin !== 'built-in' && (
        <p className={styles.fit} data-verdict={fit.verdict}>
          {t(`models.fit.${fit.verdict}`, numbers)}
        </p>
      )}
      {disk !== undefined && disk.needBytes > disk.freeBytes && (
        <p className={styles.fit} data-verdict="tight">
          {t('models.diskShort', { need: formatBytes(disk.needBytes), free: formatBytes(disk.freeBytes) })}
        </p>
      )}
    </>
  );
}

function useFacts(entry: ModelEntry): string[] {
  const { t, i18n } = useTranslation();
  const { task, origin, quantization, sizeBytes, contextTokens, languages, licence, maker } = entry;
  const takes = (['image', 'audio'] as const).filter(
    (one) => task === 'chat' && entry.modalities.includes(one),
  );
  const names = new Intl.DisplayNames([i18n.language], { type: 'language' });
  const isMany = languages.includes('mul') || languages.length > 3;
  const spoken = isMany ? t('models.manyLanguages') : languages.map((code) => names.of(code)).join(', ');
  const facts = [
    t(`models.task.${task}`),
    ...takes.map((one) => t(`models.takes.${one}`)),
    origin === 'built-in' ? t('models.builtIn') : maker,
    quantization,
    sizeBytes === undefined ? '' : formatBytes(sizeBytes),
    contextTokens === undefined ? '' : t('models.context', { tokens: contextTokens }),
    spoken,
    licence,
  ];
  return facts.filter((fact): fact is string => fact !== undefined && fact !== '');
}
