import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createControlFilter, toOneLine, withoutControls } from '../../../contract/control-characters.ts';

const HOSTILE =
  'a\u001b[31mred\u001b[0m b\u001b]0;title\u0007c\u001b]8;;http://x\u001b\\d\u009b2Je\u0090dcs\u009cf\u001b(Bg\u001bch\u0007\u0000\u007fi\u202ej\u2066k\r\nl\rm\tn';
const WANTED = 'ared bcdefghijk\nl\nm\tn';

describe('a text for the terminal', () => {
  it('has no control characters but tabs and line feeds', () => {
    expect(createControlFilter().push(HOSTILE)).toBe(WANTED);
  });

  it('is the same wherever its pieces are cut', () => {
    const characters = fc.constantFrom(...HOSTILE, '[', ']', ';', '\\', 'm', '😀');
    fc.assert(
      fc.property(fc.array(characters), fc.array(fc.nat(40)), (parts, cuts) => {
        const text = parts.join('');
        const filter = createControlFilter();
        let rest = text;
        let passed = '';
        for (const length of cuts) {
          passed += filter.push(rest.slice(0, length));
          rest = rest.slice(length);
        }
        passed += filter.push(rest);
        expect(passed).toBe(createControlFilter().push(text));
        expect(passed).not.toMatch(/[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('loses no more than its line to a sequence that does not end', () => {
    expect(createControlFilter().push('a\u001b]0;never\nb\u001b[12\nc')).toBe('a\nb\nc');
  });
});

it('a text that is kept may turn round the order of its words, and a title may not', () => {
  expect(withoutControls('\u202bשלום\u202c\u001b[1m')).toBe('\u202bשלום\u202c');
  expect(toOneLine(' a\u202e\n\tb\u2028c\u0007 ')).toBe('a b c');
});
