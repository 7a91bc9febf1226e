/** What is too long for every day: `npm run test:long` does more of the same, and all that is only done there. */
import process from 'node:process';

export const long = process.env['LOAD_TEST_LONG'] === '1';

export const amount = (usual: number, inTheLongRun: number): number => (long ? inTheLongRun : usual);
