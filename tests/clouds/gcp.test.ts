import { describe, test } from 'vitest';
import { describeCloud } from './contract.ts';
import { openBed } from './gcp/bed.ts';
import { discovery } from './gcp/discovery.ts';

const document = discovery();

if (document) describeCloud('Google Cloud Run', (options) => openBed(document, options));
else describe('Google Cloud Run', () => { test.skip('its description was not to be had', () => {}); });
