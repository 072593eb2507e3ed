/** What a source tree tells of its apps, and what it cannot tell. */
import assert from 'node:assert/strict';
import { catalogOfSource } from '../../../../src/salesforce/catalog/sourceCatalog.ts';
import { componentIn } from '../../../../src/salesforce/sourceFiles.ts';

describe('the apps of a source tree', () => {
  it("are the reader's own, whichever org they were retrieved from; a namespace may be", () => {
    const { apps } = catalogOfSource([
      componentIn(
        'Mine.eca-meta.xml',
        '<ExternalClientApplication><orgScopedExternalApp>00D5g00000AbCdEfGH:Mine</orgScopedExternalApp></ExternalClientApplication>',
      ),
      componentIn('acme__Own.connectedApp-meta.xml', '<ConnectedApp><oauthConfig/></ConnectedApp>'),
    ]);
    assert.deepEqual(
      apps.map(({ fullName, origin }) => [fullName, origin]),
      [
        ['Mine', 'local'],
        ['acme__Own', 'unknown'],
      ],
    );
    assert.match(apps[1]?.originReason ?? '', /^Not known: .*acme/);
  });
});
