import type { FrameFault } from '@visavis/wire'
import { m } from '#paraglide/messages.js'

const FAULTS: Readonly<Record<FrameFault, () => string>> = {
  unreadable: m.evidence_fault_unreadable,
  stamp: m.evidence_fault_stamp,
  commitment: m.evidence_fault_commitment,
  'other-call': m.evidence_fault_other_call,
  'own-only': m.evidence_fault_own_only,
  'too-old': m.evidence_fault_too_old,
  body: m.evidence_fault_body,
  order: m.evidence_fault_order,
}

/** Why a picture was not accepted as a proof. */
export const frameFaultWords = (fault: FrameFault) => FAULTS[fault]()
