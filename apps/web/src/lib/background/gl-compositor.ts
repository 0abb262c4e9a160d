import type { Compositor } from './compositor.ts'
import { rectangleOf, type Patch } from './patches.ts'

/**
 * With WebGL 2: one drawing for each picture. Where the outline is looked up, neighbours that look like the point count for
 * more (joint bilateral upsampling, Kopf et al. 2007), so that it follows hair finer than the mask is.
 */
const VERTEX = `#version 300 es
in vec2 corner;
out vec2 at;
void main() {
  at = vec2(corner.x * 0.5 + 0.5, 0.5 - corner.y * 0.5);
  gl_Position = vec4(corner, 0.0, 1.0);
}`
const FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D picture;
uniform sampler2D outline;
uniform sampler2D guide;
uniform sampler2D room;
uniform vec2 outlineSize;
in vec2 at;
out vec4 colour;
void main() {
  vec3 own = texture(picture, at).rgb;
  vec2 place = at * outlineSize - 0.5;
  ivec2 base = ivec2(floor(place));
  ivec2 last = ivec2(outlineSize) - 1;
  float sum = 0.0;
  float weights = 0.0;
  for (int y = -1; y <= 2; y++) {
    for (int x = -1; x <= 2; x++) {
      ivec2 texel = clamp(base + ivec2(x, y), ivec2(0), last);
      vec2 apart = place - vec2(base + ivec2(x, y));
      vec3 unlike = abs(texelFetch(guide, texel, 0).rgb - own);
      float likeness = unlike.r + unlike.g + unlike.b;
      float weight = exp(-dot(apart, apart)) * (exp(-likeness * likeness * 28.0) + 0.001);
      sum += weight * texelFetch(outline, texel, 0).r;
      weights += weight;
    }
  }
  colour = vec4(mix(texture(room, at).rgb, own, sum / weights), 1.0);
}`
const UNITS = ['picture', 'outline', 'guide', 'room'] as const
type Unit = (typeof UNITS)[number]

/**
 * Undefined where there is no graphics card, or only one that the processor plays; `evenSlow` takes that, too.
 * `compose` throws when the card is lost.
 */
export function createGlCompositor(options: { readonly evenSlow?: boolean } = {}): Compositor | undefined {
  const canvas = new OffscreenCanvas(2, 2)
  const gl = canvas.getContext('webgl2', {
    alpha: false,
    antialias: false,
    depth: false,
    desynchronized: true,
    failIfMajorPerformanceCaveat: options.evenSlow !== true,
  })
  if (!gl) return undefined
  const program = link(gl)
  if (!program) return undefined
  gl.useProgram(program)
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer())
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW)
  const corner = gl.getAttribLocation(program, 'corner')
  gl.enableVertexAttribArray(corner)
  gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0)
  const outlineSize = gl.getUniformLocation(program, 'outlineSize')
  for (const [unit, name] of UNITS.entries()) {
    gl.uniform1i(gl.getUniformLocation(program, name), unit)
    begin(gl, unit)
  }
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  const use = (unit: Unit) => gl.activeTexture(gl.TEXTURE0 + UNITS.indexOf(unit))
  let patches: readonly Patch[] = []
  const { TEXTURE_2D: flat, RGBA, R8, RED, UNSIGNED_BYTE: bytes } = gl

  return {
    setOutline(alpha, pixels, { width, height }) {
      use('outline')
      gl.texImage2D(flat, 0, R8, width, height, 0, RED, bytes, alpha as Uint8ClampedArray<ArrayBuffer>)
      use('guide')
      gl.texImage2D(flat, 0, RGBA, width, height, 0, RGBA, bytes, pixels as Uint8ClampedArray<ArrayBuffer>)
      gl.uniform2f(outlineSize, width, height)
    },
    setRoom(pixels, { width, height }) {
      use('room')
      gl.texImage2D(flat, 0, RGBA, width, height, 0, RGBA, bytes, pixels)
    },
    setScene(scene) {
      use('room')
      gl.texImage2D(flat, 0, RGBA, RGBA, bytes, scene)
    },
    setPatches: (next) => void (patches = next),
    compose(picture, width, height) {
      if (gl.isContextLost()) throw new Error('the graphics card is lost')
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width
        canvas.height = height
        gl.viewport(0, 0, width, height)
      }
      use('picture')
      gl.texImage2D(flat, 0, RGBA, RGBA, bytes, picture)
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
      cover(gl, patches, width, height)
      return canvas
    },
    close: () => gl.getExtension('WEBGL_lose_context')?.loseContext(),
  }
}

function cover(gl: WebGL2RenderingContext, patches: readonly Patch[], width: number, height: number): void {
  if (patches.length === 0) return
  gl.enable(gl.SCISSOR_TEST)
  for (const patch of patches) {
    const place = rectangleOf(patch, width, height)
    const [red, green, blue] = patch.colour
    // Counted from below.
    gl.scissor(place.left, height - place.top - place.height, place.width, place.height)
    gl.clearColor(red / 255, green / 255, blue / 255, 1)
    gl.clear(gl.COLOR_BUFFER_BIT)
  }
  gl.disable(gl.SCISSOR_TEST)
}

/** An empty texture: an outline of nothing, and a grey room. */
function begin(gl: WebGL2RenderingContext, unit: number): void {
  gl.activeTexture(gl.TEXTURE0 + unit)
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture())
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE)
  for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, way, gl.LINEAR)
  const isOutline = UNITS[unit] === 'outline'
  const first = new Uint8Array(isOutline ? [0] : [70, 76, 84, 255])
  const [inner, outer] = isOutline ? ([gl.R8, gl.RED] as const) : ([gl.RGBA, gl.RGBA] as const)
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  gl.texImage2D(gl.TEXTURE_2D, 0, inner, 1, 1, 0, outer, gl.UNSIGNED_BYTE, first)
}

function link(gl: WebGL2RenderingContext): WebGLProgram | undefined {
  const program = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind)
    if (!shader) return undefined
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : undefined
}
