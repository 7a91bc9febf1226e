// The value of a rank out of k6's percentiles, so that the table shows what it shows in every framework. k6 interpolates between two
// neighbours, and tells percentiles only that were asked for before the test, when nobody knows how many values there will be. Two
// percentiles that lie between the same two neighbours tell both of them. Pure.

/** So far beside the percentile it is asked for others: whatever the number of values, one of them lies between the same neighbours. */
const BESIDE = [10, 1, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7];

/** @returns {number[]} percentiles, 0..100 */
function percentilesFor(perMille) {
  const percentile = perMille / 10;
  return [
    percentile,
    ...BESIDE.flatMap((by) => [percentile - by, percentile + by]),
  ].filter((one) => one >= 0 && one <= 100);
}

const stat = (percentile) => `p(${percentile})`;

/** What k6 must be asked for (`summaryTrendStats`), to know the rank of a percentile in thousandths. */
export function statsFor(perMille) {
  return percentilesFor(perMille).map(stat);
}

/**
 * @param {Record<string, number>} values what k6 tells of a Trend
 * @param {number} count how many values there are in it
 * @param {number} index of the value that is wanted, from 0, in their order; beside the percentile, at most one rank
 * @returns {number | null} null: k6 does not tell
 */
export function valueAtRank(values, count, perMille, index) {
  const points = percentilesFor(perMille)
    .filter((percentile) => values[stat(percentile)] !== undefined)
    .map((percentile) => ({
      at: (percentile / 100) * (count - 1),
      value: values[stat(percentile)],
    }));
  const exact = points.find(({ at }) => at === index);
  if (exact) return exact.value;
  const pairs = [index - 1, index].map((from) =>
    endsOf(points.filter(({ at }) => at >= from && at <= from + 1)),
  );
  const [one, other] = pairs.sort((a, b) => widthOf(b) - widthOf(a))[0];
  if (!one || one.at === other.at) return nearest(points, index);
  const slope = (other.value - one.value) / (other.at - one.at);
  return one.value + slope * (index - one.at);
}

/** Where the value itself is out of reach. */
function nearest(points, index) {
  const distance = ({ at }) => Math.abs(at - index);
  const [first] = points.sort((a, b) => distance(a) - distance(b));
  return first ? first.value : null;
}

/** The two that are farthest apart. */
function endsOf(points) {
  const sorted = points.sort((a, b) => a.at - b.at);
  return [sorted[0], sorted[sorted.length - 1]];
}

const widthOf = ([one, other]) => (one ? other.at - one.at : -1);
