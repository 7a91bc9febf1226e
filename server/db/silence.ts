/**
 * A database may be gone without a word: a failover, a network that is cut. Then the connections to it answer nothing, and it takes the
 * system a quarter of an hour to give them up; a driver waits as long. So it is asked again and again whether it is there.
 */

const EVERY_MS = 4000;

/**
 * @param ask rejects or not, that is an answer
 * @param onSilent called when two times have passed since it was asked: counted, not measured, for this server may have stood still itself
 */
export function whenSilent(ask: () => Promise<unknown>, onSilent: () => void, everyMs = EVERY_MS): Disposable {
  let asked: symbol | null = null;
  let passed = 0;
  const begin = () => {
    const mine = Symbol();
    asked = mine;
    passed = 0;
    const answered = () => {
      if (asked === mine) asked = null;
    };
    ask().then(answered, answered);
  };
  const timer = setInterval(() => {
    if (asked !== null) {
      passed += 1;
      if (passed < 2) return;
      onSilent();
    }
    begin();
  }, everyMs).unref();
  begin();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
