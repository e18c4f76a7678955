import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { ExportFormat, Transcript } from '../../../../../contract/speech.ts';
import { cleanText } from '../../../../../core/speech/export/clean-text.ts';
import { type ExportOptions, exportTranscript } from '../../../../../core/speech/export/export-transcript.ts';
import { readSrt, readVtt } from '../../../../../core/speech/import/subtitles.ts';
import { readTranscriptJson } from '../../../../../core/speech/import/transcript-json.ts';
import { anyTranscript, transcriptOf } from '../../../../support/transcripts.ts';

async function text(transcript: Transcript, format: ExportFormat, options?: ExportOptions): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    await exportTranscript(transcript, format, options),
  );
}

const two = (speakers = true): Transcript => {
  const transcript = transcriptOf([' Where does it hurt?', ' Here.', ' And since when?'], {
    speakers: [
      { id: 'd', name: 'Dr Lee' },
      { id: 'p', name: 'Patient' },
    ],
  });
  transcript.segments.forEach((segment, i) => {
    if (speakers) segment.speakerId = i === 1 ? 'p' : 'd';
  });
  return transcript;
};

/** A segment's text without what a format cannot hold: the end of a word is the end of a word, no more. */
const squeezed = (value: string) => cleanText(value).replace(/ /g, '');

describe('cleanText', () => {
  it('puts text on one line and leaves its words alone', () => {
    expect(cleanText(' a\u2028b\r\n\tc\u0085d\0e\ud83d ')).toBe('a b c de\ufffd');
    expect(cleanText('Ça va\u00a0? \u202bשלום\u202c 👩‍👧 <b>-->')).toBe(
      'Ça va\u00a0? \u202bשלום\u202c 👩‍👧 <b>-->',
    );
  });
});

describe('speech that nobody made out', () => {
  const marked = () => {
    const transcript = transcriptOf([' Good morning.', '', ' Goodbye.'], { coverage: 0.7 });
    const [, mark] = transcript.segments;
    if (mark !== undefined) mark.doubts = ['inaudible'];
    return transcript;
  };

  it.each(['txt', 'srt', 'vtt'] as const)('is marked in %s, where it was', async (format) => {
    expect((await text(marked(), format)).replace(/[^[\]a-z]+/gi, ' ')).toMatch(
      /Good morning .*\[inaudible\] .*Goodbye/,
    );
  });

  it('is marked in a Word document', async () => {
    const document = unzipSync(await exportTranscript(marked(), 'docx'))['word/document.xml'];
    expect(strFromU8(document ?? new Uint8Array())).toContain('[inaudible]');
  });

  it('comes back from JSON as it was, with the share of the speech that has words', async () => {
    expect(readTranscriptJson(await text(marked(), 'json'))).toEqual(marked());
  });

  it('comes back from JSON with what was said of the sound', async () => {
    const notice = {
      code: 'AUDIO_QUIET',
      message: 'The sound is very quiet.',
      hint: 'Record again.',
    } as const;
    const transcript = { ...marked(), notices: [notice] };
    expect(readTranscriptJson(await text(transcript, 'json'))).toEqual(transcript);
  });
});

describe('TXT', () => {
  it('has paragraphs, and lines with times when asked', async () => {
    expect(await text(two(false), 'txt')).toBe('Where does it hurt? Here. And since when?\n');
    expect(await text(two(), 'txt')).toBe(
      'Dr Lee: Where does it hurt?\n\nPatient: Here.\n\nDr Lee: And since when?\n',
    );
    expect(await text(two(), 'txt', { times: true, speakers: false })).toBe(
      '[00:00:00] Where does it hurt?\n[00:00:05] Here.\n[00:00:10] And since when?\n',
    );
  });

  it('begins a paragraph after a pause, and joins Japanese without spaces', async () => {
    const transcript = transcriptOf(['今日は', '雨です。', '明日は'], { language: 'ja' });
    for (const time of ['startMs', 'endMs'] as const) {
      const last = transcript.segments[2];
      if (last !== undefined) last[time] += 2_000;
    }
    expect(await text(transcript, 'txt')).toBe('今日は雨です。\n\n明日は\n');
  });
});

describe('SRT', () => {
  it('counts, times and names speakers when they change', async () => {
    expect(await text(two(), 'srt')).toBe(
      [
        '1\n00:00:00,000 --> 00:00:05,000\nDr Lee: Where does it hurt?\n',
        '2\n00:00:05,000 --> 00:00:10,000\nPatient: Here.\n',
        '3\n00:00:10,000 --> 00:00:15,000\nDr Lee: And since when?\n',
      ].join('\n'),
    );
  });

  it('is read back with the same times and words, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(anyTranscript, async (transcript) => {
        const cues = readSrt(await text(transcript, 'srt', { speakers: false }));
        const spoken = transcript.segments.map((segment) => segment.text).join(' ');
        expect(squeezed(cues.map((cue) => cue.text).join(' '))).toBe(squeezed(spoken));
        expect(cues.every(({ startMs, endMs }) => endMs > startMs)).toBe(true);
      }),
    );
  });
});

describe('VTT', () => {
  it('has voices', async () => {
    expect(await text(two(), 'vtt')).toContain('\n\n00:00:05.000 --> 00:00:10.000\n<v Patient>Here.\n');
  });

  it('is read back with the same times, words and speakers, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(anyTranscript, async (transcript) => {
        const file = await text(transcript, 'vtt');
        expect(file.startsWith('WEBVTT\n\n') || file === 'WEBVTT\n').toBe(true);
        expect(file.match(/-->/g)?.length ?? 0).toBe(readVtt(file).length);
        const names = new Map(transcript.speakers.map(({ id, name }) => [id, cleanText(name)]));
        const expected = transcript.segments.filter((segment) => cleanText(segment.text) !== '');
        const cues = readVtt(file);
        for (const segment of expected) {
          let rest = squeezed(segment.text);
          expect(cues[0]?.startMs).toBe(Math.round(segment.startMs));
          while (rest !== '') {
            const cue = cues.shift();
            expect(cue?.speaker ?? '').toBe(names.get(segment.speakerId ?? '') ?? '');
            expect(cue?.endMs).toBeGreaterThan(cue?.startMs ?? 0);
            const words = squeezed(cue?.text ?? '');
            expect(words).not.toBe('');
            expect(rest.startsWith(words)).toBe(true);
            rest = rest.slice(words.length);
          }
        }
        expect(cues).toEqual([]);
      }),
    );
  });

  it("reads other programs' files", () => {
    const file =
      '\ufeffWEBVTT - made elsewhere\r\n\r\nNOTE a --> b\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\nintro\r\n01:02.500 --> 01:04.000 align:start\r\n<v.loud Mary Ann><i>Hi</i> &amp; bye\r\n- again</v>\r\n';
    expect(readVtt(file)).toEqual([
      { startMs: 62_500, endMs: 64_000, text: 'Hi & bye - again', speaker: 'Mary Ann' },
    ]);
    expect(readSrt('00:00:01.000-->00:00:02,500\nno number\n')).toEqual([
      { startMs: 1_000, endMs: 2_500, text: 'no number' },
    ]);
  });
});

describe('JSON', () => {
  it('is read back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(anyTranscript, async (transcript) => {
        expect(readTranscriptJson(await text(transcript, 'json'))).toEqual(transcript);
      }),
    );
  });

  it('names its format and version, and refuses others', async () => {
    const file = JSON.parse(await text(two(), 'json')) as object;
    expect(file).toMatchObject({ format: 'sotto-transcript', version: 1, title: 'Visit' });
    for (const bad of [
      '',
      '{}',
      '[]',
      JSON.stringify({ ...file, version: 2 }),
      JSON.stringify({ ...file, segments: 'no' }),
    ]) {
      expect(() => readTranscriptJson(bad)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
    }
    expect(readTranscriptJson(JSON.stringify({ ...file, later: 1 }))).toEqual(two());
  });
});

describe('DOCX', () => {
  const unescapeXml = (xml: string) =>
    xml.replace(
      /&(lt|gt|quot|apos|amp);/g,
      (_, name: string) => ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[name] ?? '',
    );
  async function paragraphs(transcript: Transcript, options?: ExportOptions): Promise<string[]> {
    const files = unzipSync(await exportTranscript(transcript, 'docx', options));
    const xml = strFromU8(files['word/document.xml'] ?? new Uint8Array());
    return (xml.match(/<w:p>.*?<\/w:p>|<w:p\/>/gs) ?? []).map((paragraph) =>
      unescapeXml(
        [...paragraph.matchAll(/<w:t[^>]*>([^<]*)<\/w:t>/g)].map(([, content]) => content).join(''),
      ),
    );
  }

  it('has title, date, length, language and every segment with time and speaker', async () => {
    const [title, about, ...segments] = await paragraphs(two());
    expect(title).toBe('Visit');
    expect(about).toMatch(/^4 March 2026.* · 00:00:15 · English$/);
    expect(segments).toEqual([
      '00:00:00  Dr Lee: Where does it hurt?',
      '00:00:05  Patient: Here.',
      '00:00:10  Dr Lee: And since when?',
    ]);
  });

  it('is read back with the same words, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(anyTranscript, async (transcript) => {
        const [title, , ...segments] = await paragraphs(transcript, { times: false, speakers: false });
        expect(title).toBe(cleanText(transcript.title));
        const expected = transcript.segments
          .map((segment) => cleanText(segment.text))
          .filter((value) => value !== '');
        expect(segments).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('marks text that runs from right to left', async () => {
    const files = unzipSync(await exportTranscript(transcriptOf(['Hello', '"שלום"']), 'docx'));
    const xml = strFromU8(files['word/document.xml'] ?? new Uint8Array());
    expect(xml.match(/<w:bidi\/>/g)).toHaveLength(1);
  });
});
