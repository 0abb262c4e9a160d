/** Size of the engine's file, in bytes: a server that compresses does not say how much is to come. */
export const ENGINE_BYTES = 12_997_272
