import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { readConfig } from '../../plugin/config.ts';
import { GENERATOR_VERSION } from '../../server/script/generate.ts';

const root = new URL('../../', import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
const manifest = json('plugin.manifest.json');

test('the manifest is what its schema says, and what it names exists', () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  const validate = ajv.compile(json('plugin/manifest.schema.json'));
  expect(validate(manifest), JSON.stringify(validate.errors)).toBe(true);
  for (const file of Object.values<string>(manifest.entry)) expect(existsSync(new URL(file, root)), file).toBe(true);
  expect(ajv.validateSchema(manifest.settings)).toBe(true);
});

test('one version everywhere', () => {
  expect(manifest.version).toBe(json('package.json').version);
  expect(GENERATOR_VERSION).toBe(manifest.version);
});

test('its defaults are those of the configuration', () => {
  const config = readConfig({});
  const defaults = Object.fromEntries(Object.entries<{ default?: unknown }>(manifest.settings.properties).filter(([, s]) => s.default !== undefined).map(([name, s]) => [name, s.default]));
  expect(defaults).toMatchObject({
    PORT: config.port,
    HOST: config.host,
    LOAD_TESTING_MAX_USERS: config.limits.maxUsers,
    LOAD_TESTING_MAX_RATE: config.limits.maxRatePerSecond,
    LOAD_TESTING_MAX_DURATION_MS: config.limits.maxDurationMs,
    LOAD_TESTING_CONCURRENT_RUNS: config.limits.concurrentRuns,
    LOAD_TESTING_CONCURRENT_RUNS_PER_ORGANIZATION: config.limits.concurrentRunsPerOrganization,
    LOAD_TESTING_MAX_MEMORY_MB: config.limits.maxMemoryBytes / 1_000_000,
    LOAD_TESTING_MAX_OUTPUT_MB: config.limits.maxOutputBytes / 1_000_000,
    LOAD_TESTING_MAX_FOLDER_MB: config.limits.maxFolderBytes / 1_000_000,
    LOAD_TESTING_KEEP_INTERVALS_DAYS: String(config.keepIntervals.days),
    LOAD_TESTING_STOP_GRACE_MS: config.stopGraceMs,
    LOAD_TESTING_SANDBOX: config.sandbox,
  });
});

test('a wrong setting stops the start with its name', () => {
  expect(() => readConfig({ PORT: 'eighty' })).toThrow(/^PORT: /);
  expect(() => readConfig({ DATABASE_URL: 'mysql://x' })).toThrow(/^DATABASE_URL: /);
  expect(() => readConfig({ LOAD_TESTING_ENCRYPTION_KEY: 'c2hvcnQ=' })).toThrow(/^LOAD_TESTING_ENCRYPTION_KEY: .*32 bytes/);
  expect(() => readConfig({ LOAD_TESTING_MAX_USERS: '0' })).toThrow(/^LOAD_TESTING_MAX_USERS: /);
});
