/** What a person types into a number or duration field. An unreadable text is NaN, so that the plan's own schema refuses it. */

const UNIT_MS: Record<string, number> = {
  ms: 1, millisecond: 1, milliseconds: 1,
  s: 1000, sec: 1000, secs: 1000, second: 1000, seconds: 1000,
  m: 60_000, min: 60_000, mins: 60_000, minute: 60_000, minutes: 60_000,
  h: 3_600_000, hr: 3_600_000, hour: 3_600_000, hours: 3_600_000,
};

/** `1,000`, `2.5`, ` 12 `; an empty or unreadable text is NaN. */
export function parseNumber(text: string): number {
  const bare = text.trim().replaceAll(/[\s\u00a0\u202f_']/g, '');
  const grouped = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare) ? bare.replaceAll(',', '') : bare.replace(',', '.');
  return /^-?(\d+\.?\d*|\.\d+)$/.test(grouped) ? Number(grouped) : Number.NaN;
}

/** Milliseconds of `20 s`, `1 min 30 s`, `1:30`, `1h`, `500ms`; a bare number counts in `bareUnit` (seconds by default). */
export function parseDuration(text: string, bareUnit: 's' | 'ms' = 's'): number {
  const bare = text.trim().toLowerCase();
  const colons = /^(?:(\d+):)?(\d{1,2}):(\d{2})$/.exec(bare);
  if (colons) return (Number(colons[1] ?? 0) * 3600 + Number(colons[2]) * 60 + Number(colons[3])) * 1000;
  const number = parseNumber(bare);
  if (!Number.isNaN(number)) return Math.round(number * (UNIT_MS[bareUnit] ?? 1000));
  let total = 0;
  const rest = bare.replaceAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)\s*/g, (whole, amount: string, name: string) => {
    const size = UNIT_MS[name];
    if (size === undefined) return whole;
    total += Number(amount.replace(',', '.')) * size;
    return '';
  });
  return rest === '' && bare !== '' ? Math.round(total) : Number.NaN;
}

/** The text that a duration field shows for a stored value: `parseDuration` reads it back to the same number. */
export function durationText(milliseconds: number): string {
  if (milliseconds === 0) return '0 s';
  if (milliseconds % 1000 !== 0) return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
  const seconds = milliseconds / 1000;
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts.filter(([value]) => value > 0).map(([value, name]) => `${value} ${name}`).join(' ');
}
