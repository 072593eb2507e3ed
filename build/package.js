// Makes the .vsix: the same bytes from the same sources, whenever and wherever it is made. Another file can be named.
import { createVSIX } from '@vscode/vsce';

/** The date of every file in it, in seconds, as vsce knows it by this name: any date of after 1980 would do. */
process.env.SOURCE_DATE_EPOCH = String(Date.UTC(2026, 0, 1) / 1000);

const [, , packagePath = 'dist/salesforce-pkce.vsix'] = process.argv;
await createVSIX({ packagePath });
