import type { Core } from '../../core/create-core.ts';
import { toErrorInfo } from '../../core/errors.ts';
import { EXIT } from '../exit-status.ts';
import { formatBytes, note, print, printJson, reportFailure } from '../output.ts';

/** `sotto models list` */
export async function listModels(core: Core, json: boolean): Promise<number> {
  try {
    const models = await core.models.list();
    const speech = await core.speech.models();
    if (json) printJson([...models, ...speech.map((model) => ({ ...model, kind: 'speech' }))]);
    for (const model of json ? [] : models) {
      const facts = [
        model.quantization,
        formatBytes(model.sizeBytes),
        `${model.contextTokens} tokens`,
        model.licence,
      ];
      print(`${model.id}\t${model.name}\t${facts.join(', ')}\n`);
    }
    for (const { id, name, sizeBytes, languages, licence } of json ? [] : speech) {
      const knows = languages.length === 1 ? 'English' : `${languages.length} languages`;
      print(`${id}\t${name}\tspeech, ${formatBytes(sizeBytes)}, ${knows}, ${licence}\n`);
    }
    return EXIT.ok;
  } catch (error) {
    return reportFailure(toErrorInfo(error), json);
  }
}

/** `sotto models verify`: hashes one model, or all, and compares with what they should be. */
export async function verifyModels(core: Core, id: string | undefined, json: boolean): Promise<number> {
  try {
    const speechIds = (await core.speech.models()).map((model) => model.id);
    const chatIds = (await core.models.list()).map((model) => model.id);
    const results = [];
    for (const one of id === undefined ? [...chatIds, ...speechIds] : [id]) {
      results.push(await (speechIds.includes(one) ? core.speech.verify(one) : core.models.verify(one)));
    }
    if (json) printJson(results);
    for (const result of json ? [] : results) {
      print(`${result.id}\t${result.ok ? 'ok' : 'DAMAGED'}\t${result.sha256}\n`);
    }
    if (results.every((result) => result.ok)) return EXIT.ok;
    if (!json) note('A damaged model must be installed again. (MODEL_HASH)');
    return EXIT.model;
  } catch (error) {
    return reportFailure(toErrorInfo(error), json);
  }
}
