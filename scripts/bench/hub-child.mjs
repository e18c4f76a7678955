/** A hub on this machine in a process of its own, so that it takes its time from nobody's event loop but the machine's. */
import { createLocalHub } from '../../test/support/hub/local-hub.ts';

const [path, sizeBytes, sha256] = process.argv.slice(2);
const hub = await createLocalHub();
hub.put('makers/model', 'model.litertlm', { path, sizeBytes: Number(sizeBytes), sha256 });
process.send?.(hub.base);
