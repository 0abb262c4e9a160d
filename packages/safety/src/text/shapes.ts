/** Everything that is recognised by shape, under the names by which patterns know it. SPEC SF7-SF9. */
export const SHAPES = [
  '<num>',
  '<year>',
  '<code>',
  '<phone>',
  '<card>',
  '<iban>',
  '<nationalid>',
  '<maybeid>',
  '<amount>',
  '<date>',
  '<time>',
  '<link>',
  '<email>',
  '<handle>',
  /** A word that was written in pieces: "w h a t s". */
  '<hidden>',
] as const
