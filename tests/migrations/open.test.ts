import { expect, test } from 'vitest';
import { openDatabase } from '../../server/db/client.ts';

test('a PostgreSQL that is not there is told with its place, without a password, and with the name of the setting', async () => {
  await expect(openDatabase({ url: 'postgres://lt:sesame@127.0.0.1:1/tests' })).rejects.toThrow(/^PostgreSQL at 127\.0\.0\.1:1\/tests \(DATABASE_URL\) cannot be used: .*ECONNREFUSED.*\.$/);
});
