/** A native popover beside the button that opens it: within the window, over the page, which it neither moves nor widens. */

const EDGE_PX = 8;
const GAP_PX = 4;

/** Below the button; above it where there is no room. */
export function placeBeside(button: HTMLElement | undefined, popover: HTMLElement | undefined): void {
  if (!button || !popover?.matches(':popover-open')) return;
  const { left, bottom, top } = button.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  popover.style.left = `${Math.max(EDGE_PX, Math.min(left, clientWidth - width - EDGE_PX))}px`;
  popover.style.top = `${bottom + height + EDGE_PX > clientHeight ? Math.max(EDGE_PX, top - height - GAP_PX) : bottom + GAP_PX}px`;
}

/** Escape closes the popover, and nothing around it: a host that closes its drawer with Escape asks whether the key was taken. */
export function closeOnEscape(event: KeyboardEvent, popover: HTMLElement | undefined): void {
  if (event.key !== 'Escape' || !popover?.matches(':popover-open')) return;
  event.preventDefault();
  event.stopPropagation();
  popover.hidePopover();
}
