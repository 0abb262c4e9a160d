/** Small texts kept on this device. Browsers may refuse storage (private windows): then nothing is remembered. */
export type DeviceStorage = {
  read(key: string): string | undefined
  write(key: string, value: string): void
  remove(key: string): void
}
