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

/** What the photo above tells about its maker: its Exif as such, the camera's model. */
const TRACES = ['Exif', 'VisavisCam']

/**
 * What a picture carries besides its picture: chunks of a WebP (RFC 9649 section 2.7.1) and segments of a JPEG that hold
 * metadata, and every trace of the camera anywhere in the bytes. Throws on a picture of any other kind.
 */
export function metadataOf(picture: Buffer): readonly string[] {
  const traces = TRACES.filter((trace) => picture.includes(trace))
  return [...traces, ...partsOf(picture).filter((part) => /^(?:EXIF|XMP |APP[1-9a-f])/.test(part))]
}

function partsOf(picture: Buffer): readonly string[] {
  const parts: string[] = []
  if (picture.toString('latin1', 0, 4) === 'RIFF' && picture.toString('latin1', 8, 12) === 'WEBP') {
    for (let at = 12; at + 8 <= picture.byteLength;) {
      parts.push(picture.toString('latin1', at, at + 4))
      const length = picture.readUInt32LE(at + 4)
      at += 8 + length + (length % 2)
    }
  } else if (picture.readUInt16BE(0) === 0xff_d8) {
    // Up to the start of the scan: what follows is the picture.
    for (let at = 2; picture[at] === 0xff && picture[at + 1] !== 0xda; at += 2 + picture.readUInt16BE(at + 2)) {
      const marker = picture[at + 1] ?? 0
      parts.push(marker >= 0xe0 && marker <= 0xef ? `APP${(marker - 0xe0).toString(16)}` : marker.toString(16))
    }
  }
  if (parts.length === 0) throw new Error('neither a WebP nor a JPEG')
  return parts
}
