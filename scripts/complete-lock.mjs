#!/usr/bin/env node
/**
 * Run after `npm install` has changed package-lock.json. npm leaves out optional packages of other platforms
 * when it cannot read them, and `npm ci` then refuses the lock file. This adds them, with the platform that
 * their names tell, so that the same lock file works on every system.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { log } from './lib/log.mjs';
import { root } from './lib/paths.mjs';

const SYSTEMS = [
  'darwin',
  'win32',
  'linux',
  'android',
  'freebsd',
  'openbsd',
  'netbsd',
  'sunos',
  'aix',
  'openharmony',
];
const PROCESSORS = [
  'x64',
  'arm64',
  'arm',
  'ia32',
  'ppc64',
  's390x',
  'riscv64',
  'loong64',
  'mips64el',
  'wasm32',
];
const LIBRARIES = { musl: 'musl', gnu: 'glibc', gnueabihf: 'glibc', musleabihf: 'musl' };

/** "@scope/tool-linux-x64-musl" runs on linux, x64, musl. */
function platformOf(name) {
  const words = name === 'fsevents' ? ['darwin'] : name.split(/[-/]/);
  const pick = (known) => words.filter((word) => known.includes(word));
  const [os, cpu] = [pick(SYSTEMS), pick(PROCESSORS)];
  const libc = words.filter((word) => word in LIBRARIES).map((word) => LIBRARIES[word]);
  if (os.length === 0 && cpu.length === 0) return undefined;
  return { ...(os.length > 0 && { os }), ...(cpu.length > 0 && { cpu }), ...(libc.length > 0 && { libc }) };
}

const path = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
let added = 0;
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const places = [`node_modules/${name}`, `${parent}/node_modules/${name}`];
    if (parent === '' || places.some((place) => place in lock.packages)) continue;
    const platform = platformOf(name);
    if (platform === undefined) throw new Error(`the platform of ${name} is not in its name`);
    const dev = entry.dev === true ? { dev: true } : {};
    lock.packages[places[0]] = { version: version.replace(/^[~^]/, ''), ...platform, ...dev, optional: true };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
log(`${added} optional packages of other platforms added to package-lock.json.`);
