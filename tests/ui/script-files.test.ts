import { describe, expect, it } from 'vitest';
import { frameworks } from '../../templates/index.ts';
import { nameInInstrument, sorted } from '../../ui/src/lib/script/bundle.ts';
import { scriptInput } from '../helpers/bundle.ts';

const paths = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path);

describe('the files of a script', () => {
  const own: Record<string, string[]> = {
    locust: ['loadtest.py', 'README.md', 'data/definition.json', 'plan.json'],
    k6: ['loadtest.js', 'README.md', 'data/definition.json', 'plan.json'],
    artillery: ['loadtest.yml', 'processor.mjs', 'README.md', 'data/definition.json', 'plan.json'],
  };
  it.each(frameworks.map((framework) => [framework.name, framework] as const))('of %s begin with those that are read; the instrument stands apart', (_name, framework) => {
    const bundle = framework.generate(scriptInput('http://127.0.0.1:8000'));
    const files = sorted(bundle);
    expect(paths(files.own)).toEqual(own[framework.key]);
    expect(files.instrument.length).toBeGreaterThan(5);
    expect(files.instrument.map(nameInInstrument).filter((name) => name.includes('/'))).toEqual([]);
    // Each stands in one place.
    expect(paths([...files.own, ...files.instrument]).sort()).toEqual(paths(bundle.files).sort());
  });

  it('are all read when there is no instrument, and an entry file is never put away', () => {
    const file = (path: string) => ({ path, text: '', mediaType: 'text/plain' });
    expect(sorted({ files: [file('README.md'), file('instrument/main.js')], entryFile: 'instrument/main.js' })).toEqual({ own: [file('instrument/main.js'), file('README.md')], instrument: [] });
    expect(sorted({ files: [], entryFile: 'gone' })).toEqual({ own: [], instrument: [] });
  });
});
