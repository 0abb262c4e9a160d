/** Tesseract's engine, which its package ships without types; the build puts its file in the name's place. */
declare module 'virtual:tesseract-core' {
  type Api = {
    Init(path: null, language: string, engine: number, config: null): number
    SetVariable(name: string, value: string): boolean
    SetImageFile(orientation: number, angle: number, scale: number): number
    Recognize(monitor: null): number
    GetTSVText(page: number): string
  }
  type Core = {
    readonly FS: { writeFile(path: string, bytes: Uint8Array): void }
    readonly TessBaseAPI: new () => Api
  }
  type Options = {
    readonly wasmBinary: Uint8Array
    readonly TesseractProgress: (percent: number) => void
    readonly print: () => void
    readonly printErr: () => void
  }
  export default function createCore(options: Options): Promise<Core>
}
