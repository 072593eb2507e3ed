/** Explain Error: whatever was pasted. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { explainPastedError } from '../../../src/salesforce/pastedError.ts';

describe('explaining an error that somebody pastes', () => {
  for (const [what, pasted, code, happened] of [
    [
      'a callback URL',
      'vscode://pkce-tools.salesforce-pkce/callback?error=invalid_request&error_description=missing+required+code+challenge&state=x',
      'invalid_request',
      /PKCE|challenge/i,
    ],
    [
      'a callback URL with upper case',
      'https://acme.example/cb?error=OAUTH_APP_BLOCKED&error_description=this+app+is+blocked+by+admin',
      'OAUTH_APP_BLOCKED',
      /blocked/,
    ],
    [
      'behind the hash',
      'https://acme.example/cb#error=access_denied&error_description=end-user+denied+authorization',
      'access_denied',
      /not allowed/,
    ],
    [
      'the text of an error page',
      'Google Chrome\nerror=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration',
      'redirect_uri_mismatch',
      /callback/i,
    ],
    [
      'an answer of the token endpoint',
      '{"error":"invalid_grant","error_description":"expired access/refresh token"}',
      'invalid_grant',
      /./,
    ],
    [
      'the same in a line of a log',
      '2026-11-21 ERROR token request failed: {"error":"invalid_client_id","error_description":"client identifier invalid"} (400)',
      'invalid_client_id',
      /./,
    ],
    [
      'an answer of a REST API',
      '[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]',
      'REQUEST_LIMIT_EXCEEDED',
      /used up its API requests/,
    ],
    [
      'a SOAP fault',
      '<faultcode>sf:INSUFFICIENT_ACCESS</faultcode>',
      'INSUFFICIENT_ACCESS',
      /may not read or change metadata/,
    ],
    ['a code alone', 'OAUTH_EC_APP_NOT_FOUND', 'OAUTH_EC_APP_NOT_FOUND', /not installed/],
    ['words alone', 'the server said: invalid code verifier', '', /PKCE/],
  ] as const) {
    it(`E9: ${what}`, () => {
      const explained = explainPastedError(pasted);
      assert.equal(explained?.code, code);
      assert.match(explained.happened, happened);
      assert.ok(explained.todo.length > 10 && explained.who.length > 10);
    });
  }

  for (const pasted of [
    'https://app.acme.example/cb?error=invalid_request&error_description=missing+required+code+challenge',
    'error=invalid_request&error_description=missing%20required%20code%20challenge&scope=refresh_token',
    'the log says: missing required code challenge',
  ]) {
    it(`a challenge that was not sent is not one that did not fit, and not our own: ${pasted}`, () => {
      const explained = explainPastedError(pasted);
      assert.match(explained?.happened ?? '', /had no code challenge/);
      assert.match(explained?.todo ?? '', /The client must send/);
      assert.match(explained?.who ?? '', /develops the client/);
    });
  }

  it('nobody is told to take the secret away from a client that can keep one', () => {
    const explained = explainPastedError(
      '{"error":"invalid_client","error_description":"invalid client credentials"}',
    );
    assert.match(explained?.happened ?? '', /secret is wrong, or missing/);
    assert.doesNotMatch(explained?.todo ?? '', /Clear|Require Secret/);
  });

  it('nobody is told to switch DPoP off, or what only this extension can say of itself', () => {
    for (const [error, description, wanted] of [
      ['use_dpop_nonce', '', /nonce of the answer/],
      ['invalid_dpop_proof', '', /must send a DPoP proof/],
      ['invalid_grant', 'invalid code verifier', /must keep the verifier/],
      ['unsupported_grant_type', 'grant type not supported', /web server flow with PKCE/],
    ] as const) {
      const text = JSON.stringify({ error, error_description: description });
      const explained = explainPastedError(text);
      assert.match(explained?.todo ?? '', wanted);
      assert.doesNotMatch(JSON.stringify(explained), /Switch off|this extension|sign-in again/i);
    }
  });

  it('a callback URL that is not registered need not be ours', () => {
    const text = JSON.stringify(
      explainPastedError('https://acme.example/cb?error=redirect_uri_mismatch'),
    );
    assert.doesNotMatch(text, /This editor/);
  });

  it('a callback that went well is told from an error, and its code is not repeated', () => {
    const explained = explainPastedError('vscode://x/callback?code=aPrxSECRETSECRET%3D%3D&state=y');
    assert.match(explained?.happened ?? '', /went well/);
    assert.ok(!JSON.stringify(explained).includes('SECRET'));
  });

  it('what is no error is not explained', () => {
    for (const text of ['', 'hello', 'https://acme.example/', '{"a":1}', '[]', '{', 'error']) {
      assert.equal(explainPastedError(text), undefined, text);
    }
  });

  it('nothing that is pasted makes it fail, and no secret of it comes back', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.webUrl({ withQueryParameters: true, withFragments: true }),
          fc
            .string()
            .map(
              (text) => `https://x/?error=${text}&error_description=00D000000000001!PLANTEDTOKEN`,
            ),
        ),
        (text) => {
          const explained = explainPastedError(text);
          assert.ok(!JSON.stringify(explained ?? '').includes('PLANTEDTOKEN'));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('much text without an address does not hold it up', function () {
    this.timeout(1000);
    assert.equal(explainPastedError('a'.repeat(20_000)), undefined);
  });
});
