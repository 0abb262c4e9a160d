import faces from '@mediapipe/face_detection/face_detection_full_range.tflite?url'
import engine from '@mediapipe/tasks-vision/vision_wasm_module_internal.wasm?url'
import letters from '@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz?url'
import reader from 'virtual:tesseract-core.wasm?url'
import type { RoomAssets } from './protocol.ts'

/** Files of the packages, served by our own server, fetched only when somebody presses for the check. */
export const ASSETS: RoomAssets = { engine, faces, reader, letters }
