// Two definitions in one run: which of them an iteration runs. The same as alternate.py; both are held to vectors/alternate.json. Pure.
import { murmur3 } from "./inputs.js";

/**
 * Of the iterations 2k and 2k + 1 one is the baseline's: so each has half of them, whenever one looks. Which of the two comes first is drawn by
 * the seed. In a fixed order one definition would always have the even rows of a data set, and always the same one of two servers that
 * take turns behind one address.
 * @param {number} number of the iteration, from 0
 */
export function isBaselineTurn(number, seed) {
  const pair = Math.floor(number / 2);
  const words = [pair % 2 ** 32, Math.floor(pair / 2 ** 32)];
  return murmur3(words, seed) % 2 === number % 2;
}
