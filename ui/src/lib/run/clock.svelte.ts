/** The time, told once a second to what shows a running clock. */
export class Ticking {
  now = $state(Date.now());

  /** Inside an effect. */
  run(): () => void {
    this.now = Date.now();
    const timer = setInterval(() => (this.now = Date.now()), 1_000);
    return () => clearInterval(timer);
  }
}
