# The build settings that node-gyp otherwise takes from Node's downloaded headers. The addon needs
# N-API alone, so these few lines and the headers of the package node-api-headers are enough.
{
  'variables': {
    'configuring_node%': 0,
    'standalone_static_library%': 0
  },
  'target_defaults': {
    'default_configuration': 'Release',
    'configurations': {
      'Debug': { 'cflags': ['-g', '-O0'], 'xcode_settings': { 'GCC_OPTIMIZATION_LEVEL': '0' } },
      'Release': { 'cflags': ['-O2'], 'xcode_settings': { 'GCC_OPTIMIZATION_LEVEL': '2' } }
    },
    'conditions': [
      ['OS=="linux"', { 'cflags': ['-pthread', '-fPIC'], 'ldflags': ['-pthread'] }]
    ]
  }
}
