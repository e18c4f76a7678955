import { createInterface } from 'node:readline/promises';
import type { ErrorCode } from '../../contract/errors.ts';
import { formatBytes } from '../../contract/format-bytes.ts';
import type { HashConsent, ModelState } from '../../contract/library.ts';
import type { Core } from '../../core/create-core.ts';
import { AppError, toErrorInfo } from '../../core/errors.ts';
import { EXIT } from '../exit-status.ts';
import { clean, drawLine, isDrawn, note, print, printJson, reportFailure } from '../output.ts';
import { reporting } from './models.ts';

export interface PullFlags {
  acceptLicence?: boolean;
  acceptUnknownHash?: boolean;
  replaceHash?: boolean;
  json?: boolean;
}

/** `sotto models pull|resume`: downloads a model of the catalogue, or one of a repository of the hub. */
export async function pullModel(core: Core, wanted: string, flags: PullFlags): Promise<number> {
  const json = flags.json === true;
  return reporting(json, async () => {
    await core.modelService.restore(false);
    const id = wanted.includes('/') ? await chooseFromRepo(core, wanted) : wanted;
    await start(core, id, flags);
    const { state } = await core.modelService.entry(id);
    if (['ready', 'loading', 'loaded'].includes(state.state)) {
      if (json) printJson({ type: 'done', id });
      else note(`${id} is here already.`);
      return EXIT.ok;
    }
    return followAsking(core, id, json);
  });
}

/** `sotto models repair` */
export async function repairModel(core: Core, id: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await core.modelService.repair(id);
    return follow(core, id, json);
  });
}

/** `sotto models pause`: stops a download, also one of the app that is open beside this terminal. */
export async function pauseModel(core: Core, id: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await core.modelService.restore(false);
    await core.modelService.pause(id);
    const { state } = await core.modelService.entry(id);
    if (json) printJson({ type: 'done', id, state });
    else note(`${id} is ${state.state}.`);
    return EXIT.ok;
  });
}

/** Asks for consent where a person can give it; a script says so beforehand. */
async function start(core: Core, id: string, flags: PullFlags): Promise<void> {
  const consent = hashConsentOf(flags);
  try {
    await core.modelService.download({ id, licenceAccepted: flags.acceptLicence === true, ...consent });
  } catch (error) {
    const asks = error instanceof AppError && ['LICENCE_REQUIRED', 'MODEL_UNTRUSTED'].includes(error.code);
    if (!asks || flags.json === true || !process.stdin.isTTY || !(await agrees(error.message))) throw error;
    await core.modelService.download({ id, licenceAccepted: true, ...consent });
  }
}

function hashConsentOf({ acceptUnknownHash, replaceHash }: PullFlags): { hash?: HashConsent } {
  if (replaceHash === true) return { hash: 'replace' };
  return acceptUnknownHash === true ? { hash: 'accept' } : {};
}

/** The same for a file that nothing vouches for, which is known only once the hub has been asked. */
async function followAsking(core: Core, id: string, json: boolean): Promise<number> {
  try {
    return await follow(core, id, json, true);
  } catch (error) {
    const hash = error instanceof AppError ? HASH_CONSENTS[error.code] : undefined;
    if (!(error instanceof AppError) || hash === undefined) throw error;
    const asks = !json && process.stdin.isTTY;
    if (!asks || !(await agrees(error.message))) throw error;
    await core.modelService.download({ id, licenceAccepted: true, hash });
    return follow(core, id, json);
  }
}

const HASH_CONSENTS: Readonly<Partial<Record<ErrorCode, HashConsent>>> = {
  HASH_UNKNOWN: 'accept',
  HASH_CHANGED: 'replace',
};

async function agrees(message: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(clean(`${message}\nDownload it? [y/N] `));
  reader.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** `owner/name`, or `owner/name:part of the file's name` where the repository holds several. */
async function chooseFromRepo(core: Core, wanted: string): Promise<string> {
  const [repo = '', part = ''] = wanted.split(':');
  const found = await core.modelService.addRepo(repo);
  const fitting = found.filter(({ name, id }) => `${name} ${id}`.toLowerCase().includes(part.toLowerCase()));
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return only.id;
  for (const { id, name, sizeBytes } of found) note(`${id}\t${name}\t${formatBytes(sizeBytes ?? 0)}`);
  throw new AppError('MODEL_MISSING', `The repository holds ${found.length} models.`, {
    hint: 'Pull one by its id, or as owner/name:part-of-its-name.',
  });
}

/**
 * Tells how it goes until it is done. Ctrl-C pauses: the next pull goes on from there.
 *
 * @param mayAsk throws what the user could be asked about
 */
async function follow(core: Core, id: string, json: boolean, mayAsk = false): Promise<number> {
  let isStopped = false;
  const stopTelling = core.modelService.onChange((change) => {
    if (change.id !== id) return;
    if (json) tellJson(change.state);
    else drawLine(lineOf(change.state));
  });
  const stop = () => {
    isStopped = true;
    void core.modelService.pause(id);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const { sha256, sizeBytes } = await core.modelService.finished(id);
    if (!json) drawLine('');
    if (json) printJson({ type: 'done', id, sizeBytes, sha256 });
    else print(`${id}\n`);
    return EXIT.ok;
  } catch (error) {
    if (isDrawn() && !json) note('');
    if (mayAsk && !isStopped && error instanceof AppError && error.code in HASH_CONSENTS) throw error;
    if (!isStopped && error instanceof AppError) return reportFailure(toErrorInfo(error), json);
    if (json) printJson({ type: 'paused', id });
    else note(`Paused. \`sotto models pull ${id}\` goes on from there.`);
    return EXIT.cancelled;
  } finally {
    stopTelling();
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  }
}

function tellJson(state: ModelState): void {
  if (state.state === 'downloading') printJson({ type: 'progress', ...state });
  else if (state.state === 'verifying') printJson({ type: 'progress', ...state });
}

function lineOf(state: ModelState): string {
  if (state.state === 'verifying') return 'checking the file';
  if (state.state !== 'downloading') return state.state;
  const { receivedBytes, totalBytes, bytesPerSecond } = state;
  const percent = Math.floor((100 * receivedBytes) / Math.max(1, totalBytes));
  const speed = bytesPerSecond === undefined ? '' : `, ${formatBytes(bytesPerSecond)}/s`;
  const leftS = bytesPerSecond ? Math.ceil((totalBytes - receivedBytes) / bytesPerSecond) : undefined;
  const left =
    leftS === undefined ? '' : `, ${leftS < 90 ? `${leftS} s` : `${Math.ceil(leftS / 60)} min`} left`;
  return `${percent} % of ${formatBytes(totalBytes)}${speed}${left}`;
}
