/** What every program needs to find its way: no secret has a name like these. */
const COMMON = [
  'PATH',
  'HOME',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'USER',
  'LOGNAME',
  // Windows
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'USERPROFILE',
  'LOCALAPPDATA',
  'APPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'COMSPEC',
  'PATHEXT',
  'NUMBER_OF_PROCESSORS',
];
const COMMON_PREFIXES = ['LC_'];

/** Drivers of a GPU or NPU, and where libraries lie. */
const ENGINE = [
  'LD_LIBRARY_PATH',
  'XDG_RUNTIME_DIR',
  'CUDA_VISIBLE_DEVICES',
  'ADSP_LIBRARY_PATH',
  'SOTTO_NPU_DIR',
];
const ENGINE_PREFIXES = ['VK_', 'NVIDIA_', 'MESA_', 'LIBGL_', 'OPENVINO_', 'OCL_'];

/** How the sound system is reached. */
const MICROPHONE = ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS', 'AUDIODEV', 'LD_LIBRARY_PATH'];
const MICROPHONE_PREFIXES = ['PULSE_', 'PIPEWIRE_', 'ALSA_', 'JACK_'];

/** Core goes to the network, and reads Sotto's own settings; the passphrase is for the terminal alone. */
const CORE = [
  'HF_TOKEN',
  'HF_ENDPOINT',
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'XDG_CACHE_HOME',
  'XDG_DATA_HOME',
];
const CORE_PREFIXES = ['SOTTO_', 'ELECTRON_'];
const SECRET = new Set(['SOTTO_PASSPHRASE', 'SOTTO_NEW_PASSPHRASE']);
const PROXY = /^(https?|all|no|socks)_proxy$/i;

type Child = 'engine' | 'microphone' | 'core';

/**
 * The environment for a process of Sotto's: only what it needs. What is left out cannot be read from its memory, from
 * /proc or by a model file that takes it over.
 */
export function childEnvironment(
  child: Child,
  environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isAllowed(child, name)));
}

function isAllowed(child: Child, name: string): boolean {
  // Windows takes no notice of the case of a name.
  const upper = name.toUpperCase();
  if (SECRET.has(upper)) return false;
  if (COMMON.includes(upper) || startsWithAny(upper, COMMON_PREFIXES)) return true;
  switch (child) {
    case 'microphone':
      return MICROPHONE.includes(upper) || startsWithAny(upper, MICROPHONE_PREFIXES);
    case 'engine':
      return ENGINE.includes(upper) || startsWithAny(upper, ENGINE_PREFIXES) || isOfTests(upper);
    case 'core':
      return (
        [...CORE, ...ENGINE, ...MICROPHONE].includes(upper) ||
        startsWithAny(upper, [...CORE_PREFIXES, ...ENGINE_PREFIXES, ...MICROPHONE_PREFIXES]) ||
        PROXY.test(name)
      );
  }
}

/** Tests give their scripted engine its answers this way. */
const isOfTests = (name: string): boolean => name.startsWith('SOTTO_TEST_');

function startsWithAny(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix));
}
