/** Every text of the panel. Another language is another file of the same shape; numbers inside come formatted. */
import { en } from './en.ts';

export const text = en;
