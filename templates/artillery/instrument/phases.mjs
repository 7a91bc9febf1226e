// The phases in loadtest.yml as they follow from PLAN. Artillery itself skips a phase that it cannot read, makes no load and calls that a
// success; and who changes PLAN by hand is told what has to stand there.
import { rateOf } from "./share.js";
import { peakOf } from "./stages.js";

/** Replacements that arrive in a second for the users themselves: one that fails is missed for 50 ms at most. */
const LEAST_PER_SECOND = 20;
const MOST_PER_SECOND = 500;

/**
 * @param {{ duration: number, arrivalCount: number, maxVusers?: number }[] | undefined} phases
 * @returns {string | null} a sentence for the user; null: they fit
 */
export function phasesProblem(phases, plan) {
  const { maxUsers, durationMs } = plan;
  const seconds = Math.ceil(durationMs / 1000);
  const perSecond = replacementsPerSecond(plan, peakOf(plan.stages));
  const [users, replacements, ...others] = phases ?? [];
  const fit =
    users?.duration > 0 &&
    users.arrivalCount === maxUsers &&
    replacements?.duration >= seconds &&
    replacements.arrivalCount >= perSecond * replacements.duration &&
    replacements.maxVusers === maxUsers &&
    others.length === 0;
  if (fit) return null;
  return (
    `the phases in loadtest.yml do not fit PLAN: the first must let its ${maxUsers} virtual users arrive (arrivalCount: ${maxUsers}), ` +
    `the second their replacements (duration: ${seconds}, arrivalCount: ${perSecond * seconds}, maxVusers: ${maxUsers}).`
  );
}

/**
 * Makes them bring the users of this share only, and replacements until its end; before Artillery hands them to its worker.
 * @param {object} plan of this share
 * @param {number} waitMs until its second 0
 */
export function fitPhases([users, replacements], plan, waitMs) {
  const { shard, maxUsers } = plan;
  // Of the whole plan there may be more of them than needed.
  const perSecond =
    shard[1] > 1
      ? replacementsPerSecond(plan, rateOf(shard, peakOf(plan.stages)))
      : replacements.arrivalCount / replacements.duration;
  users.duration = Math.ceil(rateOf(shard, users.duration));
  users.arrivalCount = maxUsers;
  replacements.duration += Math.ceil(waitMs / 1000);
  replacements.arrivalCount = Math.ceil(perSecond * replacements.duration);
  replacements.maxVusers = maxUsers;
}

/** Where a target refuses, each start of an open plan takes its user with it: the next one must have come before the next start. */
function replacementsPerSecond({ model, maxUsers }, peak) {
  const forUsers = Math.min(
    MOST_PER_SECOND,
    Math.max(LEAST_PER_SECOND, maxUsers),
  );
  return model === "open" ? Math.max(forUsers, Math.ceil(2 * peak)) : forUsers;
}
