/**
 * Saved chats with 100,000 messages: search, opening a chat of 5,000 messages, and what a start with them costs, beside
 * the same database without encryption in the same run, and beside one in a script without spaces (Japanese).
 *
 *   npm run bench -- history [--json] [--runs 5] [--messages 100000]
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createChatStore } from '../../core/storage/chats/chat-store.ts';
import { openDatabase } from '../../core/storage/database/open-database.ts';
import { searchAll } from '../../core/storage/search.ts';
import { log } from '../lib/log.mjs';
import { median, percentile } from './statistics.mjs';
import { fixed, table } from './table.mjs';

const LONG_CHAT = 5000;
const CHAT = 40;
const VOCABULARY = 20_000;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    runs: { type: 'string', default: '5' },
    messages: { type: 'string', default: '100000' },
  },
});
const messages = Number(values.messages);
const runs = Number(values.runs);

let random = 7;
/** Few words are common and many rare, as in a language (Zipf). */
function word() {
  random = (random * 48_271) % 2_147_483_647;
  const share = random / 2_147_483_647;
  return `w${Math.floor(VOCABULARY ** share)}`;
}
/** The same of two characters each, as most words of Japanese have, without a space between them. */
const FIRST_CHARACTER = 0x4e00;
const CHARACTERS = 2000;
function unspacedWord() {
  const at = Number(word().slice(1));
  const other = FIRST_CHARACTER + ((at * 7919) % CHARACTERS);
  return String.fromCodePoint(FIRST_CHARACTER + (at % CHARACTERS), other);
}
const sentenceOf = (one, between) => Array.from({ length: 20 + (random % 60) }, one).join(between);
const LANGUAGES = {
  spaced: { sentence: () => sentenceOf(word, ' '), asked: word },
  unspaced: { sentence: () => sentenceOf(unspacedWord, ''), asked: unspacedWord },
};

async function fill(path, key, { sentence }) {
  const db = await openDatabase(key === undefined ? { path } : { path, key });
  const store = createChatStore(db);
  let written = 0;
  let longChat;
  while (written < messages) {
    const { id } = store.create();
    longChat ??= id;
    const length = id === longChat ? LONG_CHAT : CHAT;
    // Together, so that making the data does not take hours; the order of events is the same.
    db.transaction(() => {
      for (let i = 0; i < length; i += 1) {
        store.add(id, { role: i % 2 === 0 ? 'user' : 'assistant', text: sentence(), state: 'complete' });
      }
    });
    written += length;
  }
  db.close();
  return longChat;
}

async function measure(path, key, longChat, { asked }) {
  const options = key === undefined ? { path } : { path, key };
  const startedAt = performance.now();
  const db = await openDatabase(options);
  const store = createChatStore(db);
  store.list();
  store.open();
  const startMs = performance.now() - startedAt;
  const openedAt = performance.now();
  store.open(longChat);
  const openMs = performance.now() - openedAt;
  const searches = [];
  for (let i = 0; i < 200; i += 1) {
    const text = [asked(), i % 2 === 0 ? asked() : '', i % 5 === 0 ? asked().slice(0, 3) : ''].join(' ');
    const at = performance.now();
    searchAll(db, { text });
    searches.push(performance.now() - at);
  }
  db.close();
  return { startMs, openMs, searchP50: percentile(searches, 0.5), searchP95: percentile(searches, 0.95) };
}

const dir = await mkdtemp(join(tmpdir(), 'sotto-bench-'));
try {
  const key = randomBytes(32);
  const places = [
    { name: 'encrypted', path: join(dir, 'encrypted.db'), key, language: LANGUAGES.spaced },
    { name: 'encrypted, unspaced', path: join(dir, 'unspaced.db'), key, language: LANGUAGES.unspaced },
    { name: 'plain SQLite', path: join(dir, 'plain.db'), key: undefined, language: LANGUAGES.spaced },
    { name: 'encrypted, empty', path: join(dir, 'empty.db'), key, isEmpty: true },
  ];
  for (const place of places) {
    log(`Writing ${place.name} …`);
    const before = random;
    if (place.isEmpty) (await openDatabase({ path: place.path, key })).close();
    else place.longChat = await fill(place.path, place.key, place.language);
    random = before;
  }
  const results = [];
  for (const place of places) {
    const found = [];
    for (let i = 0; i < runs; i += 1) {
      if (place.isEmpty) {
        const at = performance.now();
        const db = await openDatabase({ path: place.path, key });
        createChatStore(db).list();
        found.push({
          startMs: performance.now() - at,
          openMs: Number.NaN,
          searchP50: Number.NaN,
          searchP95: Number.NaN,
        });
        db.close();
      } else found.push(await measure(place.path, place.key, place.longChat, place.language));
    }
    const middle = (name) => median(found.map((one) => one[name]));
    results.push({
      name: place.name,
      megabytes: (await stat(place.path)).size / 1e6,
      startMs: middle('startMs'),
      openMs: middle('openMs'),
      searchP50: middle('searchP50'),
      searchP95: middle('searchP95'),
    });
  }
  log(
    table(
      ['', 'MB', 'start ms', 'open 5,000 ms', 'search P50 ms', 'search P95 ms'],
      results.map((one) => [
        one.name,
        fixed(one.megabytes),
        fixed(one.startMs),
        fixed(one.openMs),
        fixed(one.searchP50),
        fixed(one.searchP95),
      ]),
    ),
  );
  if (values.json) console.log(JSON.stringify({ messages, results }));
} finally {
  await rm(dir, { recursive: true, force: true });
}
