/** What a window of the system's offers to choose from. */
export const SOUND_FILES = 'audio/*,video/*,.opus,.mkv,.flac';
export const JSON_FILES = '.json,application/json';
