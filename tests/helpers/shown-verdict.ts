/** The verdict that a page shows when a run is over that must have passed; on a machine that left its tool no processor there is none, and that is said. */
import type { FrameLocator, Page } from 'playwright-core';

export async function shownVerdict(where: Page | FrameLocator): Promise<'Passed' | 'Not evaluated'> {
  const heading = where.getByRole('heading', { name: /^(Passed|Not evaluated)$/ });
  await heading.waitFor({ timeout: 45_000 });
  if ((await heading.textContent())?.trim() === 'Passed') return 'Passed';
  await where.getByText(/^The generator (was late|used)/).first().waitFor();
  return 'Not evaluated';
}
