/**
 * Software that shows itself as a camera, by the names it gives the device. Phones used as a camera (Camo, DroidCam,
 * Continuity Camera) are not among them: there is a lens at their other end.
 */
const NAMES = [
  'obs virtual',
  'obs-camera',
  'manycam',
  'xsplit',
  'snap camera',
  'splitcam',
  'e2esoft',
  'vcam',
  'v4l2loopback',
  'dummy video device',
  'unity video capture',
  'akvirtualcamera',
  'chromacam',
  'youcam',
  'virtual camera',
  'virtual webcam',
  'deepfacelive',
  'animaze',
  'facerig',
  'prism live',
]

/** Whether a camera of this name is software. A name can be changed: false says nothing. */
export function isVirtualCamera(label: string): boolean {
  const name = label.toLowerCase()
  return NAMES.some((known) => name.includes(known))
}
