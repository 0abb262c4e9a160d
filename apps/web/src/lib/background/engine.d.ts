/** The loader of MediaPipe's engine, which its package ships without types; given to the library as it is. */
declare module '@mediapipe/tasks-vision/vision_wasm_module_internal.js' {
  const createEngine: unknown
  export default createEngine
}
