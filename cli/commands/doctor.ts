import { formatBytes } from '../../contract/format-bytes.ts';
import type { SystemInfo } from '../../contract/system.ts';
import type { Trial } from '../../contract/trials.ts';
import type { Core } from '../../core/create-core.ts';
import { toErrorInfo } from '../../core/errors.ts';
import { EXIT } from '../exit-status.ts';
import { print, printJson, reportFailure } from '../output.ts';

/** `sotto doctor`: what this machine is and what can run on it. Status 5 when nothing can. */
export async function runDoctor(core: Core, json: boolean): Promise<number> {
  try {
    const info = await core.systemInfo();
    const models = await core.models.list();
    const trials = await knownTrials(core);
    if (json) printJson({ ...info, models: models.map((model) => model.id), trials });
    else printReport(info, models.length);
    return info.runtime.ok && models.length > 0 ? EXIT.ok : EXIT.machine;
  } catch (error) {
    return reportFailure(toErrorInfo(error), json);
  }
}

/** What was found by `sotto models bench` of the model that answers. */
async function knownTrials(core: Core): Promise<Trial[]> {
  const loadable = await core.models.find().catch(() => undefined);
  return loadable === undefined ? [] : ((await core.bench.known(loadable))?.trials ?? []);
}

function printReport(info: SystemInfo, modelCount: number): void {
  const { runtime } = info;
  const rows: Array<[string, string]> = [
    ['Sotto', info.version],
    ['System', `${info.platform} ${info.arch}`],
    ['Processor', `${info.cpu}, ${info.physicalCores} cores (${info.logicalCores} threads)`],
    ['Memory', `${formatBytes(info.memoryBytes)}, ${formatBytes(info.freeMemoryBytes)} free`],
    ['Node', info.node],
    ['Electron', info.electron ?? 'not set up'],
    [runtime.name, `${runtime.version} ${runtime.ok ? 'ok' : (runtime.problem ?? '')}`],
    ['', runtime.sha256 ?? ''],
    ...info.devices.map((device): [string, string] => [
      device.device.toUpperCase(),
      `${device.usable ? 'yes' : 'no'}: ${device.reason}`,
    ]),
    ['Models', String(modelCount)],
  ];
  for (const [name, value] of rows) if (value !== '') print(`${name.padEnd(12)}${value}\n`);
}
