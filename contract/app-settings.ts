import { z } from 'zod';

/** Languages of the window. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];
/** As each calls itself. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  ja: '日本語',
};

/** What has keys of its own, and which; "Mod" is Ctrl, or ⌘ on a Mac. */
export const SHORTCUTS = {
  palette: 'Mod+K',
  newItem: 'Mod+N',
  find: 'Mod+F',
  searchAll: 'Mod+Shift+F',
  dictate: 'Mod+D',
  record: 'Mod+R',
  lock: 'Mod+Shift+L',
  settings: 'Mod+,',
  shortcuts: 'Mod+/',
  chat: 'Mod+1',
  transcribe: 'Mod+2',
  models: 'Mod+3',
  personas: 'Mod+4',
} as const;
export type ShortcutName = keyof typeof SHORTCUTS;
export const SHORTCUT_NAMES = Object.keys(SHORTCUTS) as ShortcutName[];

/** Mod, perhaps Shift or Alt, and one key. */
export const keysSchema = z.string().regex(/^Mod\+(?:Shift\+)?(?:Alt\+)?(?:[^\s+]|Space|Enter|F\d{1,2})$/u);

/** How the window looks and behaves. A value that makes no sense is left out. */
export const appSettingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  contrast: z.enum(['system', 'more']).default('system'),
  language: z.enum(['system', ...LANGUAGES]).default('system'),
  /** Locked when nobody was there for so long; 0: never by that. */
  lockMinutes: z.int().min(0).max(240).default(15),
  /** Beside the clock, where it stays when its window is closed. */
  tray: z.boolean().default(false),
  /** Those that the user has changed. */
  shortcuts: z.partialRecord(z.enum(SHORTCUT_NAMES), keysSchema).default({}),
  /** The first steps were taken, or left out. */
  hasStarted: z.boolean().default(false),
});
export type AppSettings = z.infer<typeof appSettingsSchema>;
