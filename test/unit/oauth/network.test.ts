/** The ground that requests stand on: limits, failures in words, the trace, loopback, the language of the texts. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { withCheckedCertificates } from '../../../src/oauth/checkedCertificates.ts';
import { AnswerTooLongError, boundedText, withinLimits } from '../../../src/oauth/http.ts';
import { htmlLanguage, speak } from '../../../src/oauth/language.ts';
import { isLoopback } from '../../../src/oauth/loopback.ts';
import { isUnreached, networkError, proxyRefusal } from '../../../src/oauth/networkError.ts';
import { plainLine, redact, serverWords, shownName } from '../../../src/oauth/redact.ts';
import { traced } from '../../../src/oauth/trace.ts';
import { UserFacingError } from '../../../src/oauth/userFacingError.ts';

describe('limits of requests', () => {
  it('P25: a deadline that passes aborts with a TimeoutError', () =>
    assert.rejects(
      withinLimits(
        { timeoutMilliseconds: 5 },
        (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
          }),
      ),
      (error) =>
        error instanceof DOMException &&
        error.name === 'TimeoutError' &&
        error.message === 'The operation was aborted due to timeout',
    ));

  it('P20: a Cancel aborts with its own reason, once', async () => {
    const cancel = new AbortController();
    const reason = new Error('enough');
    await assert.rejects(
      withinLimits({ timeoutMilliseconds: 5000, signal: cancel.signal }, (signal) => {
        setTimeout(() => cancel.abort(reason), 1);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      }),
      reason,
    );
    await assert.rejects(
      withinLimits({ timeoutMilliseconds: 5000, signal: cancel.signal }, () => Promise.resolve(1)),
      reason,
    );
  });

  it('nothing is left of one that has ended: no timer, no listener', async () => {
    const { signal } = new AbortController();
    const listeners: string[] = [];
    const watched = new Proxy(signal, {
      get: (target, name: keyof AbortSignal) => {
        if (name === 'addEventListener' || name === 'removeEventListener') {
          return (event: string, listener: () => void, options?: object) => {
            listeners.push(`${name} ${event} ${JSON.stringify(options ?? null)}`);
            target[name](event, listener);
          };
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
    let inner: AbortSignal | undefined;
    assert.equal(
      await withinLimits({ timeoutMilliseconds: 5, signal: watched }, (given) => {
        inner = given;
        return Promise.resolve('done');
      }),
      'done',
    );
    await delay(30);
    assert.equal(inner?.aborted, false, 'its deadline is over');
    assert.deepEqual(listeners, [
      'addEventListener abort {"once":true}',
      'removeEventListener abort null',
    ]);
  });

  it('P25: an answer of just the allowed size is read, one byte more is not', async () => {
    assert.equal(await boundedText(new Response('12345'), 5), '12345');
    assert.equal(await boundedText(new Response(null), 5), '');
    await assert.rejects(boundedText(new Response('123456'), 5), AnswerTooLongError);
  });
});

describe('failures of the network', () => {
  const failed = (cause: unknown, place?: string): UserFacingError =>
    networkError('acme.example', new TypeError('fetch failed', { cause }), 30_000, place);
  const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

  for (const [cause, code, remedy] of [
    [coded('ENOTFOUND'), 'unknown_host', 'openProxySettings'],
    [coded('ECONNREFUSED'), undefined, 'openProxySettings'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'certificate', 'openCertificateSettings'],
    [coded('X', 'Proxy response (407) when tunnelling'), 'proxy', 'openProxySettings'],
  ] as const) {
    it(`${cause.code}: ${code ?? 'anything else'}`, () => {
      const error = failed(cause);
      if (code !== undefined) assert.equal(error.code, code);
      assert.ok(error.remedies.includes(remedy), error.remedies.join(' '));
      assert.match(error.message, /acme\.example/);
    });
  }

  it('the log has the place, and codes and words of the causes, five deep', () => {
    const chain = (depth: number): Error =>
      new Error(`level ${depth}`, depth < 9 ? { cause: chain(depth + 1) } : undefined);
    assert.equal(
      networkError('h', chain(1), 1000, 'token').cause,
      'token: level 1 < level 2 < level 3 < level 4 < level 5',
    );
    assert.equal(
      failed(coded('ECONNRESET', 'gone')).cause,
      'request: fetch failed < ECONNRESET gone',
    );
    assert.equal(
      failed(new AggregateError([coded('EHOSTUNREACH', 'one'), coded('B', 'two')], 'many')).cause,
      'request: fetch failed < many < EHOSTUNREACH one',
    );
    assert.equal(networkError('h', 'no error', 1000).cause, 'request: unknown');
  });

  it('a token that no header may hold is not repeated with the words of who refused it', () => {
    const token = `00D5g0000DemoOr!AQ\n${'x'.repeat(40)}`;
    let refusal: unknown;
    try {
      new Headers({ Authorization: `Bearer ${token}` });
    } catch (error) {
      refusal = error;
    }
    const { cause } = networkError('h', refusal, 1000);
    assert.match(String(cause), /invalid header value/);
    assert.doesNotMatch(String(cause), /DemoOr|xxx/);
  });

  it('a host that is called after a proxy or a certificate is still a name that was not found', () => {
    for (const host of ['proxyland.my.salesforce.com', 'giftcertificates.acme.example:8443']) {
      const [name = ''] = host.split(':');
      const cause = coded('ENOTFOUND', `getaddrinfo ENOTFOUND ${name}`);
      const error = networkError(host, new TypeError('fetch failed', { cause }), 1000);
      assert.equal(error.code, 'unknown_host');
      assert.ok(isUnreached(error));
    }
  });

  it('P25: an answer that is too long is known by its class, whatever words others use', () => {
    assert.equal(networkError('h', new AnswerTooLongError('x'), 1).code, 'answer_too_long');
    assert.equal(failed(new AnswerTooLongError('x')).code, 'answer_too_long');
    const worded = new Error('The header is too long to be genuine');
    assert.equal(networkError('h', worded, 1).code, 'network');
  });

  it('a server that was not reached has said nothing; one that was refused or has answered has', () => {
    const late = new DOMException('x', 'TimeoutError');
    const unreached = [networkError('h', late, 1), failed(coded('ENOTFOUND')), failed(coded('X'))];
    assert.deepEqual(unreached.map(isUnreached), [true, true, true]);
    const others = [
      failed(coded('DEPTH_ZERO_SELF_SIGNED_CERT')),
      failed(new AnswerTooLongError('x')),
    ];
    assert.deepEqual(others.map(isUnreached), [false, false]);
  });

  it('only a DOMException of that name is a deadline', () => {
    const late = networkError('h', new DOMException('x', 'TimeoutError'), 29_600);
    assert.deepEqual([late.code, late.remedies], ['timeout', ['tryAgain', 'openSettings']]);
    assert.match(late.message, /within 30 seconds/);
    assert.notEqual(networkError('h', new DOMException('x', 'AbortError'), 1).code, 'timeout');
    const named = Object.assign(new Error('x'), { name: 'TimeoutError' });
    assert.notEqual(networkError('h', named, 1).code, 'timeout');
  });

  it('a proxy that wants to know who asks is named, with what it said', () => {
    const error = proxyRefusal('acme.example', 407);
    assert.deepEqual([error.code, error.cause], ['proxy', 'HTTP 407']);
    assert.match(error.happened, /proxy between here and acme\.example/);
  });
});

describe('the trace', () => {
  const lines: string[] = [];
  beforeEach(() => lines.splice(0));
  const fetchBy = (answer: () => Promise<Response>, isOn = true) =>
    traced(
      answer,
      (line) => lines.push(line),
      () => isOn,
    );

  it('P52: method, host, path, status and time; never parameters', async () => {
    const fetch = fetchBy(() => Promise.resolve(new Response('', { status: 201 })));
    await fetch('https://acme.example/x?token=secret', { method: 'POST' });
    await fetch('https://acme.example/y');
    assert.match(lines[0] ?? '', /^POST https:\/\/acme\.example\/x 201 \d{1,3} ms$/);
    assert.match(lines[1] ?? '', /^GET https:\/\/acme\.example\/y 201 \d{1,3} ms$/);
  });

  it('a failure is a line, too, and goes on', async () => {
    await assert.rejects(
      fetchBy(() => Promise.reject(new TypeError('secret')))('https://a.example/'),
      /secret/,
    );
    await assert.rejects(
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- others may.
      fetchBy(() => Promise.reject('secret'))('https://a.example/'),
    );
    assert.match(lines[0] ?? '', /^GET https:\/\/a\.example\/ TypeError \d+ ms$/);
    assert.match(lines[1] ?? '', /^GET https:\/\/a\.example\/ failed \d+ ms$/);
  });

  it('switched off it writes nothing', async () => {
    await fetchBy(() => Promise.resolve(new Response('')), false)('https://a.example/');
    assert.deepEqual(lines, []);
  });
});

describe('certificates', () => {
  const { env } = process;
  afterEach(() => delete env.NODE_TLS_REJECT_UNAUTHORIZED);

  it('P27: where they are not checked nothing is sent, but to this computer', async () => {
    const sent: string[] = [];
    const checked = withCheckedCertificates((url) => {
      sent.push(url);
      return Promise.resolve(new Response(''));
    });
    await checked('https://acme.example/');
    env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    const failure: unknown = await checked('https://acme.example/x').catch(
      (error: unknown) => error,
    );
    const { code, happened } = networkError('acme.example', failure, 1000);
    assert.equal(code, 'certificates_not_checked');
    assert.match(happened, /^Nothing was sent to acme\.example/);
    await checked('http://127.0.0.1:1/');
    assert.deepEqual(sent, ['https://acme.example/', 'http://127.0.0.1:1/']);
  });
});

describe('this computer', () => {
  for (const [url, is] of [
    ['http://localhost/', true],
    ['http://127.0.0.1:8080/', true],
    ['http://127.1.2.3/', true],
    ['http://127.100.200.250/', true],
    ['http://[::1]/', true],
    ['http://localhost.example/', false],
    ['http://127.0.0.1.example/', false],
    ['http://126.0.0.1/', false],
    ['http://[::2]/', false],
  ] as const) {
    it(`${url} ${is ? 'is' : 'is not'} loopback`, () => assert.equal(isLoopback(new URL(url)), is));
  }
});

describe("a server's words", () => {
  it('P16: are one line, trimmed, and of 300 characters at most', () => {
    assert.equal(serverWords('  a\u0000\u202e\r\n b  '), 'a  b');
    assert.equal(serverWords('x'.repeat(300)), 'x'.repeat(300));
    assert.equal(serverWords('x'.repeat(301)), `${'x'.repeat(300)}…`);
    assert.equal(redact('nothing'), 'nothing');
  });

  it('they and names draw no icon of an editor', () => {
    assert.equal(serverWords('$(pass) done $$(x)'), '$ (pass) done $$ (x)');
    assert.equal(shownName('$(pass)\n CRM'), '$ (pass)  CRM');
    assert.equal(shownName('Cash ($)'), 'Cash ($)');
    assert.equal(plainLine('A$(x)'), 'A$(x)', 'a name that others are looked up by');
  });
});

describe('errors for users', () => {
  it('have a name, both sentences, a cause only if there is one, and remedies only if given', () => {
    const bare = new UserFacingError({ code: 'x', happened: 'It broke.', todo: 'Mend it.' });
    assert.equal(bare.name, 'UserFacingError');
    assert.equal(bare.message, 'It broke. Mend it.');
    assert.deepEqual(bare.remedies, []);
    assert.ok(!('cause' in bare));
    const caused = new UserFacingError({ code: 'x', happened: 'A.', todo: 'B.', cause: 'why' });
    assert.equal(caused.cause, 'why');
  });
});

describe('the language of the texts', () => {
  afterEach(() => speak('en', {}));

  it('English by itself; another with its texts and its direction', () => {
    assert.equal(htmlLanguage(), 'lang="en" dir="ltr"');
    speak('da', { Copy: 'Kopiér' });
    assert.equal(htmlLanguage(), 'lang="da" dir="ltr"');
    assert.equal(l10n.t('Copy'), 'Kopiér');
    for (const tag of ['ar', 'he-IL', 'fa', 'ur']) {
      speak(tag, {});
      assert.equal(htmlLanguage(), `lang="${tag}" dir="rtl"`);
    }
    speak('arn', {});
    assert.equal(htmlLanguage(), 'lang="arn" dir="ltr"');
  });
});
