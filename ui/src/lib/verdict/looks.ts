/** How a verdict looks: shape first, colour second. Not evaluated is neutral: nothing is wrong with the workflow. */
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleX from '@lucide/svelte/icons/circle-x';

export const VERDICT_LOOKS = { PASSED: { Icon: CircleCheck, tone: 'pass' }, FAILED: { Icon: CircleX, tone: 'fail' }, NOT_EVALUATED: { Icon: CircleDashed, tone: 'none' } } as const;
