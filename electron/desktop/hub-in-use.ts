import type { Reply } from '../../contract/client.ts';
import { calls } from '../../contract/tables.ts';
import { toErrorInfo } from '../../core/errors.ts';
import { checkBase } from '../../core/models/hub/hub.ts';
import type { CoreHost } from './core-host.ts';

/** The origin of the hub, or mirror, that core fetches from now. */
export async function readHubOrigin(core: Pick<CoreHost, 'call'>): Promise<Reply<string>> {
  const reply = await core.call('models.overview', undefined);
  if (!reply.ok) return reply;
  const { network } = calls['models.overview'].output.parse(reply.value);
  try {
    return { ok: true, value: new URL(checkBase(network.hub)).origin };
  } catch (cause) {
    return { ok: false, error: toErrorInfo(cause) };
  }
}
