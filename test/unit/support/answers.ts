/** An org that answers as a test says, for answers that the demo org does not give. */
import type { ServerResponse } from 'node:http';
import { Secret } from '../../../src/oauth/secret.ts';
import type { MetadataAccess } from '../../../src/salesforce/metadataApi.ts';
import { createOrgClient } from '../../../src/salesforce/orgClient.ts';
import { fetch } from './fetch.ts';
import { serve, type Asked } from './server.ts';

export interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly location?: string;
  readonly body?: string;
}

/** An org that answers as it is told, while something runs. */
export async function withAnswers<T>(
  answer: (asked: Asked) => Reply,
  run: (access: MetadataAccess, url: string) => Promise<T>,
): Promise<T> {
  const server = await serve((asked: Asked, response: ServerResponse) => {
    const { status = 200, type = 'application/json', location, body = '' } = answer(asked);
    response.writeHead(status, {
      'Content-Type': type,
      ...(location === undefined ? {} : { Location: location }),
    });
    response.end(body);
  });
  const client = createOrgClient({
    fetch,
    instanceUrl: server.url,
    accessToken: () => Promise.resolve(new Secret('00Dtoken')),
    timeoutMilliseconds: 6000,
    concurrency: 4,
  });
  try {
    const signal = new AbortController().signal;
    return await run({ client, apiVersion: '68.0', signal }, server.url);
  } finally {
    await server.close();
  }
}

/** An answer of the Metadata API. */
export const soap = (content: string): string =>
  `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>${content}</soapenv:Body></soapenv:Envelope>`;
