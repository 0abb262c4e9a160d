/** What a bench found: a table for people, and figures for tools. */
export type BenchReport = {
  readonly bench: string
  /** First row is the header. */
  readonly table: string[][]
  /** Each name ends in its unit. */
  readonly figures: Record<string, number>
  /** Ours divided by theirs, measured in the same run. */
  readonly ratios: Record<string, number>
  readonly environment: Record<string, string | number>
}

/** Prints the table and, as the last line, one JSON object (design, section 9). */
export function printReport({ bench, table, figures, ratios, environment }: BenchReport): void {
  const widths: number[] = []
  for (const row of table) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  for (const row of table)
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  console.log(JSON.stringify({ bench, figures, ratios, environment }))
}
