import landscape from '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url'
import square from '@mediapipe/selfie_segmentation/selfie_segmentation.tflite?url'
import engine from '@mediapipe/tasks-vision/vision_wasm_module_internal.wasm?url'
import type { Assets } from './protocol.ts'

/** Files of the packages, served by our own server, fetched only by the worker that needs them. */
export const ASSETS: Assets = { engine, landscape, square }
