/** Tells the lines of a suite's report from all else that an editor's console says. */
export const REPORT_MARK = '[suite] ';
