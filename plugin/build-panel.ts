/** A program, run in `ui/`: builds the panel into a folder that is given, with all that is made on the way there beside it. */
import path from 'node:path';
import { createBuilder } from 'vite';
import { panelIn } from '../vite.config.ts';

const [folder = ''] = process.argv.slice(2);
const builder = await createBuilder({ ...panelIn(path.join(folder, 'panel'), path.join(folder, 'work')), configFile: false, logLevel: 'error' });
await builder.buildApp();
