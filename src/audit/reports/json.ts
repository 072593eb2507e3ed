/** The audits as they are, for programs; the shape is docs/audit.schema.json. */
import type { Audit } from '../audit.ts';

/** Raised when a program that reads the report would have to change. */
const REPORT_VERSION = 1;

export function jsonReport(audits: readonly Audit[]): string {
  return `${JSON.stringify({ version: REPORT_VERSION, audits }, undefined, 2)}\n`;
}
