/** What we use of it: its own types are not found by way of its `exports`. */
declare module 'cephes' {
  const cephes: {
    readonly compiled: Promise<void>;
    /** Regularized incomplete beta function. */
    incbet(a: number, b: number, x: number): number;
    /** Its inverse. */
    incbi(a: number, b: number, share: number): number;
  };
  export default cephes;
}
