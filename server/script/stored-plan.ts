/** A plan at rest: encrypted, for its inputs, its data set and its body are what a user sends, passwords too. */
import type { Cipher } from '../db/cipher.ts';
import type { TestPlan } from './plan.ts';

export function sealPlan(cipher: Cipher, plan: TestPlan): string {
  return cipher.seal(JSON.stringify(plan));
}

/**
 * Rows of a version that kept plans in clear have the JSON itself, and keep it until the test is saved again: no sealed text begins with a brace.
 * Throws when it was sealed with a key that is not here.
 */
export function openPlan(cipher: Cipher, stored: string): TestPlan {
  return JSON.parse(stored.startsWith('{') ? stored : cipher.open(stored)) as TestPlan;
}
