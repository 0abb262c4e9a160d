/**
 * A small picture as a camera would have made it: a JPEG (ITU T.81, baseline, 8 by 8 grey pixels) with an Exif segment
 * that names the camera. Written out byte by byte, so that what a browser does to it can be seen.
 */
export function jpegWithExif(): Buffer {
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0', 'latin1'),
    // TIFF, little endian, one entry: Model (0x0110), ASCII, 11 characters, behind the directory.
    Buffer.from('49492a00080000000100100102000b0000001a00000000000000', 'hex'),
    Buffer.from('VisavisCam\0', 'latin1'),
  ])
  const tables = Buffer.concat([
    segment(0xdb, Buffer.from([0, ...Array<number>(64).fill(1)])),
    segment(0xc0, Buffer.from([8, 0, 8, 0, 8, 1, 1, 0x11, 0])),
    // One code each: "0" is a difference of no bits (DC), "0" is the end of the block (AC).
    segment(0xc4, Buffer.from([0x00, 1, ...Array<number>(15).fill(0), 0])),
    segment(0xc4, Buffer.from([0x10, 1, ...Array<number>(15).fill(0), 0])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
  ])
  // Two zero bits and padding with ones: one grey block.
  return Buffer.concat([Buffer.from([0xff, 0xd8]), segment(0xe1, exif), tables, Buffer.from([0x3f, 0xff, 0xd9])])
}

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.byteLength + 2, 2)
  return Buffer.concat([head, body])
}
