/** Which line of a text a place is in. By halving: a file may have thousands of lines and of places. */

/**
 * @param starts where each line starts, ascending, the first at 0
 * @returns index of the line that the place is in
 */
export function lineAt(starts: readonly number[], place: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
