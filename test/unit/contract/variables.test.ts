import { describe, expect, it } from 'vitest';
import { fillVariables, variablesIn } from '../../../contract/variables.ts';

const NOON = new Date(2026, 10, 26, 12, 5);

describe('variables', () => {
  it('are found once each, but for those that have a value by themselves', () => {
    expect(variablesIn('{{name}}, {{ date }}: {{name}} and {{Größe in cm}} at {{time}}')).toEqual([
      'name',
      'Größe in cm',
    ]);
    expect(variablesIn('{name} {{}} {{ }} {{{a}} {{a b c}')).toEqual(['a']);
  });

  it('are filled; what is not known stays, and nothing is filled twice', () => {
    const filled = fillVariables('{{a}} {{ b }} {{date}} {{c}}', { a: '{{b}}', b: '$& $1' }, 'en', NOON);
    expect(filled).toBe('{{b}} $& $1 November 26, 2026 {{c}}');
    expect(fillVariables('{{Weekday}}, {{date}}', {}, 'de', NOON)).toBe('Donnerstag, 26. November 2026');
    expect(fillVariables('{{constructor}} {{toString}}', {}, 'en', NOON)).toBe(
      '{{constructor}} {{toString}}',
    );
  });
});
