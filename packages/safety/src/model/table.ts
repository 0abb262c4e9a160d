/** Finds the row of a bucket: open addressing in one typed array, for a Map of this size takes long to fill. */
export function createTable(buckets: Int32Array): { readonly size: number; find(bucket: number): number } {
  let slots = 16
  while (slots < buckets.length * 2) slots *= 2
  const mask = slots - 1
  const keys = new Int32Array(slots).fill(-1)
  const rows = new Int32Array(slots)
  for (let row = 0; row < buckets.length; row++) {
    let slot = (buckets[row] ?? 0) & mask
    while (keys[slot] !== -1) slot = (slot + 1) & mask
    keys[slot] = buckets[row] ?? 0
    rows[slot] = row
  }
  return {
    size: buckets.length,
    find(bucket) {
      for (let slot = bucket & mask; keys[slot] !== -1; slot = (slot + 1) & mask)
        if (keys[slot] === bucket) return rows[slot] ?? -1
      return -1
    },
  }
}
