/** What pages are made with, and how their markup is looked at. */
import type { PageResources } from '../../../src/views/pageHtml.ts';

export const RESOURCES: PageResources = {
  styleUris: ['vscode-resource://style'],
  scriptUri: 'vscode-resource://script',
  cspSource: 'vscode-resource:',
  nonce: 'abc',
};
