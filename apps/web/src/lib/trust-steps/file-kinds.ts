/**
 * What a file is to the person who is asked to save it [S11]: told by the ending of its name, because that is what decides what
 * happens when it is opened, and by the type its sender gave where there is no ending. Nothing here looks into the file.
 */
export type FileKind = {
  readonly kind: KindName
  /** Without its dot, as it counts: `Invoice.pdf.EXE .` has `exe`. Empty for none. */
  readonly ending: string
  readonly risk: Risk
}
/** `runs`: opening it may run code. `holds`: it may have such a file in it. `unknown`: nothing is known of it. */
export type Risk = 'none' | 'runs' | 'holds' | 'unknown'

const KINDS = {
  program: {
    risk: 'runs',
    endings:
      'exe msi msix msixbundle appx appxbundle com scr pif cpl dll sys drv ocx gadget msc msp mst application appref-ms apk aab xapk ipa app pkg deb rpm run bin elf out appimage flatpakref snap jar xpi crx vsix air xbap xll wll',
  },
  script: {
    risk: 'runs',
    endings:
      'bat cmd ps1 ps1xml ps2 psc1 psd1 psm1 vb vbe vbs js jse mjs cjs ts wsc wsf wsh hta sct sh bash zsh fish csh ksh command tool workflow applescript scpt scptd osx py pyc pyw pyz rb pl php lua tcl ahk au3 reg inf ins isp job settingcontent-ms diagcab chm hlp',
  },
  shortcut: { risk: 'runs', endings: 'lnk url webloc desktop inetloc fileloc scf library-ms search-ms rdp theme' },
  page: { risk: 'runs', endings: 'html htm xhtml xht shtml mht mhtml svg svgz xml xsl xslt swf' },
  macro: {
    risk: 'runs',
    endings:
      'docm dotm xlsm xltm xlsb xlam pptm potm ppam ppsm sldm doc dot xls xlt xla ppt pot pps ppa rtf one slk iqy',
  },
  archive: {
    risk: 'holds',
    endings: 'zip zipx rar 7z gz tgz bz2 tbz xz txz lzma zst tar cab arj ace lzh lha z cpio jmod war ear',
  },
  'image-of-disk': { risk: 'holds', endings: 'iso img dmg vhd vhdx vmdk udf nrg toast' },
  pdf: { risk: 'none', endings: 'pdf' },
  text: { risk: 'none', endings: 'txt md csv tsv log json yaml yml ics vcf srt' },
  writing: { risk: 'none', endings: 'docx dotx odt ott pages epub mobi' },
  table: { risk: 'none', endings: 'xlsx xltx ods ots numbers' },
  slides: { risk: 'none', endings: 'pptx potx ppsx odp otp key' },
  picture: { risk: 'none', endings: 'jpg jpeg jpe png gif webp avif heic heif bmp tif tiff ico' },
  sound: { risk: 'none', endings: 'mp3 m4a aac ogg oga opus wav flac weba mid midi' },
  video: { risk: 'none', endings: 'mp4 m4v mov webm mkv avi ogv mpg mpeg 3gp' },
  unknown: { risk: 'unknown', endings: '' },
} as const satisfies Record<string, { readonly risk: Risk; readonly endings: string }>

export type KindName = keyof typeof KINDS
export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[]

const BY_ENDING: ReadonlyMap<string, KindName> = new Map(
  KIND_NAMES.flatMap((kind) => KINDS[kind].endings.split(' ').map((ending) => [ending, kind] as const)),
)
/** What a name without an ending may be told by; everything else stays unknown. */
const BY_TYPE: Readonly<Record<string, KindName>> = {
  'application/pdf': 'pdf',
  'application/zip': 'archive',
  'application/gzip': 'archive',
}
const BY_FAMILY: Readonly<Record<string, KindName>> = { image: 'picture', audio: 'sound', video: 'video' }
/** What is told by a type alone is not opened by it: the ending decides, and there is none. */
const ENDING_CHARS_MAX = 16

export function fileKind({ name, mime }: { readonly name: string; readonly mime: string }): FileKind {
  const ending = endingOf(name)
  const kind = ending === '' ? kindOfType(mime) : (BY_ENDING.get(ending) ?? 'unknown')
  return { kind, ending, risk: KINDS[kind].risk }
}

/** As systems read it: letters count alike, and dots and spaces at the end do not count (Windows drops them). */
function endingOf(name: string): string {
  const plain = name.normalize('NFKC').replace(/[\s.\p{Cf}]+$/u, '')
  const at = plain.lastIndexOf('.')
  if (at < 0) return ''
  const ending = plain.slice(at + 1).toLowerCase()
  return Array.from(ending.replace(/[\s\p{Cf}]/gu, ''))
    .slice(0, ENDING_CHARS_MAX)
    .join('')
}

function kindOfType(mime: string): KindName {
  const exact = Object.hasOwn(BY_TYPE, mime) ? BY_TYPE[mime] : undefined
  const [family = ''] = mime.split('/')
  // Drawings with scripts in them are pictures by name only.
  if (mime === 'image/svg+xml') return 'page'
  return exact ?? (Object.hasOwn(BY_FAMILY, family) ? BY_FAMILY[family] : undefined) ?? 'unknown'
}
