import { createHash } from 'node:crypto'

/** Every feature a page could ask for, refused, so that none is forgotten by being new [M9]. */
const REFUSED = [
  'accelerometer',
  'ambient-light-sensor',
  'aria-notify',
  'attribution-reporting',
  'bluetooth',
  'browsing-topics',
  'captured-surface-control',
  'clipboard-read',
  'clipboard-write',
  'compute-pressure',
  'cross-origin-isolated',
  'deferred-fetch',
  'deferred-fetch-minimal',
  'digital-credentials-create',
  'digital-credentials-get',
  'display-capture',
  'encrypted-media',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'interest-cohort',
  'join-ad-interest-group',
  'keyboard-map',
  'language-detector',
  'language-model',
  'local-fonts',
  'local-network-access',
  'magnetometer',
  'midi',
  'on-device-speech-recognition',
  'otp-credentials',
  'payment',
  'private-aggregation',
  'private-state-token-issuance',
  'private-state-token-redemption',
  'run-ad-auction',
  'serial',
  'shared-storage',
  'shared-storage-select-url',
  'speaker-selection',
  'storage-access',
  'summarizer',
  'sync-xhr',
  'translator',
  'unload',
  'usb',
  'web-share',
  'window-management',
  'xr-spatial-tracking',
] as const
// A person's own camera and microphone, their passkeys, and what a call on a phone is poorer without. `autoplay` and
// `media-playback-while-not-visible` only let our own page play the partner's sound, which nothing else can start.
const OWN = [
  'autoplay',
  'camera',
  'microphone',
  'media-playback-while-not-visible',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'fullscreen',
  'picture-in-picture',
  'screen-wake-lock',
] as const

/** The value of the Permissions-Policy header. */
export const PERMISSIONS_POLICY = [
  ...REFUSED.map((feature) => `${feature}=()`),
  ...OWN.map((feature) => `${feature}=(self)`),
].join(', ')

/** Hashes, in CSP form, of the inline scripts of a built page: SvelteKit starts itself with one. */
export function inlineScriptHashes(html: string): string[] {
  const scripts = html.matchAll(/<script(?<attributes>[^>]*)>(?<body>[\s\S]*?)<\/script>/g)
  return [...scripts]
    .filter((script) => !/\ssrc\s*=/.test(script.groups?.['attributes'] ?? '') && script.groups?.['body'] !== '')
    .map(
      (script) =>
        `'sha256-${createHash('sha256')
          .update(script.groups?.['body'] ?? '')
          .digest('base64')}'`,
    )
}

/** Trusted Types policies of the web app: Svelte's templates, our own workers. */
const TRUSTED_TYPES = 'svelte-trusted-html visavis-worker'

/**
 * The headers of every answer. `origins` gives the WebSocket addresses, because not every browser takes 'self' to
 * include them.
 */
export function securityHeaders(options: {
  origins: readonly string[]
  scriptHashes: readonly string[]
}): Record<string, string> {
  const sockets = options.origins.map((origin) => origin.replace(/^http/, 'ws'))
  const policy = [
    "default-src 'none'",
    // WebAssembly for the app lock's Argon2id, in the messenger's worker. Pages refuse it by their own policy.
    ['script-src', "'self'", "'wasm-unsafe-eval'", ...options.scriptHashes].join(' '),
    "style-src-elem 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob: data:",
    "font-src 'self'",
    "manifest-src 'self'",
    ['connect-src', "'self'", ...sockets].join(' '),
    "worker-src 'self'",
    "require-trusted-types-for 'script'",
    `trusted-types ${TRUSTED_TYPES}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ]
  const https = options.origins.some((origin) => origin.startsWith('https:'))
  return {
    'content-security-policy': policy.join('; '),
    'permissions-policy': PERMISSIONS_POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    ...(https ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  }
}
