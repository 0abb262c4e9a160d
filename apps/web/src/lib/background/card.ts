/** The picture that takes the place of everything when the room cannot be covered for certain: no word, no face, no room. */
export type Pen = Pick<
  OffscreenCanvasRenderingContext2D,
  'fillStyle' | 'fillRect' | 'beginPath' | 'arc' | 'ellipse' | 'fill' | 'createLinearGradient'
>

/** Colours of the card, for whoever has to know it again. */
export const CARD = { top: '#3b4048', bottom: '#2b2f35', figure: '#59616c' } as const

export function drawCard(pen: Pen, width: number, height: number): void {
  const ground = pen.createLinearGradient(0, 0, 0, height)
  ground.addColorStop(0, CARD.top)
  ground.addColorStop(1, CARD.bottom)
  pen.fillStyle = ground
  pen.fillRect(0, 0, width, height)
  const unit = Math.min(width, height)
  pen.fillStyle = CARD.figure
  pen.beginPath()
  pen.arc(width / 2, height * 0.42, unit * 0.12, 0, 2 * Math.PI)
  pen.fill()
  pen.beginPath()
  pen.ellipse(width / 2, height * 0.42 + unit * 0.34, unit * 0.22, unit * 0.18, 0, Math.PI, 2 * Math.PI)
  pen.fill()
}
