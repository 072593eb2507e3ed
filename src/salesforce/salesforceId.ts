/** Ids of Salesforce records. */

/** Whether two ids name the same record: they come with 15 or 18 characters, and the first 15 decide. */
export function isSameId(one: string, other: string): boolean {
  return one.slice(0, 15) === other.slice(0, 15);
}
