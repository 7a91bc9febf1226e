/** Rows of a list in the form. Pure. */

/** The number that a row has in the plan, where rows that were left empty are not. */
export function numberInPlan<Row>(rows: readonly Row[], index: number, isBlank: (row: Row) => boolean): number {
  return rows.slice(0, index).filter((row) => !isBlank(row)).length;
}
