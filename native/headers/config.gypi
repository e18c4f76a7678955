# Stands in for the config.gypi of Node's own headers; node-gyp fills in what it needs.
{
  'target_defaults': { 'cflags': [], 'defines': [], 'include_dirs': [], 'libraries': [] },
  'variables': { 'v8_enable_i18n_support': 1 }
}
