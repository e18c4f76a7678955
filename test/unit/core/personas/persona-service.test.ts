import { describe, expect, it } from 'vitest';
import { createPersonaService } from '../../../../core/personas/persona-service.ts';
import { openDatabase } from '../../../../core/storage/database/open-database.ts';
import { createLibraryTable } from '../../../../core/storage/library-table.ts';

async function create() {
  const db = await openDatabase({ path: ':memory:' });
  const table = createLibraryTable(db);
  const start = () => createPersonaService(async () => table);
  return { service: start(), start, table };
}

describe('personas and prompts', () => {
  it('begin with examples for daily writing, a clinician and a sales rep, which cannot be changed', async () => {
    const { service } = await create();
    const { personas, prompts } = await service.list();
    expect(personas.map(({ name }) => name)).toEqual(['Writing help', 'Clinical notes', 'Sales assistant']);
    expect(
      personas.every(({ isBuiltIn, starters, system }) => isBuiltIn && starters.length > 0 && system !== ''),
    ).toBe(true);
    expect(prompts.length).toBeGreaterThan(2);
    const [first] = personas;
    for (const act of [
      () => service.save({ ...first, name: 'Mine' }),
      () => service.remove(first?.id ?? ''),
      () => service.savePrompt({ ...prompts[0], text: 'Mine' }),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'PARAM_RANGE' });
  });

  it('are kept, changed and removed', async () => {
    const { service, start } = await create();
    const made = await service.save({ name: ' Poet ', system: 'In verse.', values: { temperature: 1 } });
    expect(made).toMatchObject({ name: 'Poet', starters: [], isBuiltIn: false });
    await service.save({ ...made, name: 'Bard' });
    const prompt = await service.savePrompt({ name: 'Greet', text: 'Greet {{who}}.' });
    const { personas, prompts } = await start().list();
    expect(personas.at(-1)).toEqual({ ...made, name: 'Bard' });
    expect(personas.filter(({ isBuiltIn }) => !isBuiltIn)).toHaveLength(1);
    expect(prompts.at(-1)).toEqual(prompt);
    expect(await start().find(made.id)).toMatchObject({ name: 'Bard' });
    await service.remove(made.id);
    await service.removePrompt(prompt.id);
    expect(await start().find(made.id)).toBeUndefined();
    expect((await start().list()).prompts.every(({ isBuiltIn }) => isBuiltIn)).toBe(true);
  });

  it.each([
    { name: '' },
    { name: 'x'.repeat(81) },
    { name: 'A', values: { temperature: 9 } },
    { name: 'A', starters: [''] },
    { name: 'A', starters: Array.from({ length: 9 }, () => 'x') },
    { name: 'A', system: 'x'.repeat(400_001) },
    'no persona',
  ])('that make no sense are refused: %#', async (draft) => {
    const { service } = await create();
    await expect(service.save(draft)).rejects.toMatchObject({ code: 'PARAM_RANGE' });
  });

  it('go to another machine in a file, under new ids; what makes no sense is left out and counted', async () => {
    const { service } = await create();
    await service.save({ name: 'Poet', system: 'In verse.' });
    await service.savePrompt({ name: 'Greet', text: 'Greet {{who}}.' });
    const { bytes } = await service.export();
    const text = new TextDecoder().decode(bytes);
    const other = (await create()).service;
    expect(await other.import(text)).toEqual({ count: 2, leftOut: 0 });
    expect(await other.import(text)).toEqual({ count: 2, leftOut: 0 });
    const names = (await other.list()).personas.map(({ name }) => name);
    expect(names.filter((name) => name === 'Poet')).toHaveLength(2);
    const file = JSON.parse(text);
    file.personas.push({ name: '' }, 7);
    expect(await other.import(JSON.stringify(file))).toEqual({ count: 2, leftOut: 2 });
  });

  it.each([
    '',
    '{',
    '[]',
    '{"format":"other","version":1}',
    '{"format":"sotto-personas","version":2}',
    '{"format":"sotto-personas","version":1,"personas":[1,2]}',
  ])('do not come out of %s', async (text) => {
    const { service } = await create();
    await expect(service.import(text)).rejects.toMatchObject({ code: 'IMPORT_FORMAT' });
  });

  it('that were kept by a newer version are left alone', async () => {
    const { service, table } = await create();
    table.write('new', 'persona', { whatever: true });
    table.write('other', 'kind', {});
    expect((await service.list()).personas.every(({ isBuiltIn }) => isBuiltIn)).toBe(true);
    expect(table.list()).toHaveLength(2);
  });
});
