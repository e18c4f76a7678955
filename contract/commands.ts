import { z } from 'zod';

/** What menus and the tray have the page do; the palette has the same actions by the same names. */
export const commandSchema = z.enum([
  'newChat',
  'newRecording',
  'record',
  'import',
  'lock',
  'setPassphrase',
  'palette',
  'searchAll',
  'chat',
  'transcribe',
  'models',
  'personas',
  'settings',
]);
export type Command = z.infer<typeof commandSchema>;
