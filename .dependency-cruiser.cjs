/** Imports point one way: renderer -> contract <- electron, cli, core; electron, cli -> core -> native. */
const rule = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    rule(
      'contract-is-a-leaf',
      '^contract/',
      '^(core|native|electron|cli|renderer)/',
      'The contract knows nobody.',
    ),
    {
      name: 'contract-imports-zod-only',
      severity: 'error',
      from: { path: '^contract/' },
      to: { pathNot: ['^contract/', 'node_modules/zod/'] },
    },
    rule(
      'page-knows-the-contract-only',
      '^renderer/',
      '^(core|native|electron|cli)/',
      'The page talks through the bridge.',
    ),
    {
      name: 'page-never-imports-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    rule('core-knows-no-host', '^core/', '^(electron|cli|renderer)/', 'Hosts translate, core decides.'),
    rule('core-never-imports-electron', '^core/', 'node_modules/electron/', 'Core runs without it.'),
    {
      name: 'only-the-engine-imports-native',
      severity: 'error',
      from: { path: '^(core|electron|cli|renderer|contract)/', pathNot: '^core/engine/' },
      to: { path: '^native/' },
    },
    rule('native-is-a-leaf', '^native/', '^(core|electron|cli|renderer|contract)/', 'Native knows nobody.'),
    rule('hosts-are-strangers', '^cli/', '^electron/', 'The terminal needs no window.'),
    rule(
      'desktop-is-no-library',
      '^(core|cli|renderer|contract|native)/',
      '^electron/',
      'Hosts are at the top.',
    ),
    {
      name: 'one-door-to-the-network',
      comment:
        'Nothing leaves this machine but through the one file that knows the rules; the other one opens no ports, and the two beside it only read addresses.',
      severity: 'error',
      from: {
        path: '^(contract|core|electron|cli|renderer|native)/',
        pathNot: [
          '^core/models/download/(http-client|proxy|addresses)\\.ts$',
          '^core/line/local-socket\\.ts$',
        ],
      },
      to: {
        path: [
          'node_modules/undici/',
          '^(node:)?(http|https|http2|net|tls|dgram|dns)$',
          '^(node:)?dns/promises$',
        ],
      },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|build|out)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'] },
  },
};
