/** Places of an automaton that were entered before one word of a sentence, in order, and where the match of each began. */
export type Entered = {
  places: Int32Array
  starts: Int32Array
  count: number
}

const PLACES = 64

export function createEntered(): Entered {
  return { places: new Int32Array(PLACES), starts: new Int32Array(PLACES), count: 0 }
}

export function enter(entered: Entered, place: number, start: number): void {
  const { count } = entered
  if (count === entered.places.length) {
    entered.places = longer(entered.places)
    entered.starts = longer(entered.starts)
  }
  entered.places[count] = place
  entered.starts[count] = start
  entered.count = count + 1
}

function longer(list: Int32Array): Int32Array {
  const twice = new Int32Array(list.length * 2)
  twice.set(list)
  return twice
}

/**
 * Keeps each place once, where it was entered first, with the latest beginning of a match.
 *
 * @param index for every place of the automaton -1; the same when done
 */
export function keepDistinct(entered: Entered, index: Int32Array): void {
  const { places, starts } = entered
  let count = 0
  for (let at = 0; at < entered.count; at++) {
    const place = places[at]!
    const known = index[place]!
    if (known < 0) {
      index[place] = count
      places[count] = place
      starts[count] = starts[at]!
      count += 1
    } else if (starts[known]! < starts[at]!) starts[known] = starts[at]!
  }
  for (let at = 0; at < count; at++) index[places[at]!] = -1
  entered.count = count
}
