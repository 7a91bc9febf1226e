#!/usr/bin/env node
// Node reads all that is imported here before the first line runs: an older one must meet no more than the check, and no TypeScript.
import './preflight.js';

const { main } = await import('./ci/main.ts');
process.exit(await main(process.argv.slice(2)));
