/** Loaded by extension.ts before all else where the editor has a translation; English does without. */
export { speak } from './oauth/language.ts';
