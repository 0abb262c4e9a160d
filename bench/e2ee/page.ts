import { measureOurs } from './workload.ts'

/** What runs in the browser. */
Object.assign(globalThis, { measureOurs })
