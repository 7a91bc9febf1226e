/** All shapes, from the one with the clearest marks to the one that fits most. */
import { builder } from './builder.ts';
import { exported } from './export.ts';
import { kaizen } from './kaizen.ts';
import { manifest } from './manifest.ts';
import { sdk } from './sdk.ts';
import type { Shape } from './shape.ts';
import { studio } from './studio.ts';

export const shapes: readonly Shape[] = [manifest, kaizen, sdk, exported, studio, builder];
