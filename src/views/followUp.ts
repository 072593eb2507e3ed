/** What is alike in questions that come after another question, a dialog or a wait. */

/**
 * They stay open while the focus goes elsewhere: as a box closes, the editor gives the focus back to the page (webview)
 * that had it, late enough on a busy machine to close the next box.
 */
export const FOLLOW_UP = { ignoreFocusOut: true } as const;
