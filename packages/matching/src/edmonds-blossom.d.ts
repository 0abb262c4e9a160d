declare module 'edmonds-blossom' {
  /** Maximum-weight matching in a general graph. Answers the partner of each vertex, -1 for none. */
  export default function blossom(
    edges: readonly (readonly [number, number, number])[],
    maxCardinality: boolean,
  ): number[]
}
