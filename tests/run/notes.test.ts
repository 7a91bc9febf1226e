import { expect, test } from 'vitest';
import { annotateRun } from '../../server/run/notes/annotate.ts';
import { listNotes } from '../../server/run/notes/store.ts';
import { removeRun } from '../../server/run/remove.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { reportText } from '../helpers/report-text.ts';
import { HOSTILE, ordinaryRun } from '../helpers/reported.ts';
import { storedRun } from '../helpers/stored-run.ts';

onEachDatabase('notes of a run', (database) => {
  test('stand beside it with who wrote them and when, in its order, also while it goes on; they go with the run', async () => {
    const stored = await ordinaryRun(database);
    await annotateRun(stored.ctx, stored.id, '  the pool was doubled\nbefore this ');
    const run = await stored.settle();
    await annotateRun(stored.ctx, stored.id, HOSTILE[0] ?? '');
    const notes = await listNotes(database.db, run);
    expect(notes).toEqual([{ text: 'the pool was doubled\nbefore this', by: stored.ctx.viewer.name, at: expect.any(Date) }, { text: HOSTILE[0], by: stored.ctx.viewer.name, at: expect.any(Date) }]);
    const html = await reportText(stored, run, 'report.html');
    expect(html).toContain('the pool was doubled');
    expect(html).not.toContain('<script');
    expect(JSON.parse(await reportText(stored, run, 'run.json')).notes.map(({ text }: { text: string }) => text)).toEqual(notes.map(({ text }) => text));
    await removeRun(stored.ctx, stored.id);
    expect(await listNotes(database.db, run)).toEqual([]);
  });

  test('are refused when they say nothing, are too long, or are of somebody else\'s run', async () => {
    const { ctx, id } = await storedRun(database);
    await expect(annotateRun(ctx, id, ' \n')).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path: 'text' }] });
    await expect(annotateRun(ctx, id, 'x'.repeat(2001))).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(annotateRun(ctx, id, 'a\0b')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(annotateRun({ ...ctx, viewer: { ...ctx.viewer, organizationId: 'south' } }, id, 'mine')).rejects.toMatchObject({ code: 'not_found' });
    for (let i = 0; i < 100; i++) await annotateRun(ctx, id, `note ${i}`);
    await expect(annotateRun(ctx, id, 'one more')).rejects.toMatchObject({ code: 'limit_exceeded' });
    expect((await listNotes(database.db, { organizationId: 'north', id })).map(({ text }) => text)).toEqual(Array.from({ length: 100 }, (_, i) => `note ${i}`));
  });
});
