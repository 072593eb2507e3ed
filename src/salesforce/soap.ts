/** SOAP envelopes and faults of the Metadata API (SALESFORCE.md 10). */
import * as l10n from '@vscode/l10n';
import type { Secret } from '../oauth/secret.ts';
import { UserFacingError } from '../oauth/userFacingError.ts';
import { escapeXml } from './escapeXml.ts';
import { SalesforceError } from './salesforceError.ts';
import { parseXml, XmlError, type ListItems, type XmlElement } from './xml.ts';

const CLIENT_NAME = 'pkce-for-salesforce';

/** The request document, with the token in it: the Metadata API takes no Authorization header. */
export function envelopeOf(token: Secret, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:met="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<soapenv:Header><met:CallOptions><met:client>${CLIENT_NAME}</met:client></met:CallOptions><met:SessionHeader><met:sessionId>${escapeXml(token.reveal())}</met:sessionId></met:SessionHeader></soapenv:Header>
<soapenv:Body>${body}</soapenv:Body>
</soapenv:Envelope>`;
}

/** An org's answer that is none; why not is in the cause. */
export class UnreadableAnswer extends UserFacingError {
  constructor(detail: string) {
    super({
      code: 'bad_xml',
      happened: l10n.t('The org answered with something that is not readable XML.'),
      todo: l10n.t('Try again; a proxy or a maintenance page may have answered in its place.'),
      remedies: ['tryAgain'],
      cause: detail,
    });
  }
}

/**
 * The document that an org has answered with.
 * @param items what to hand over one by one instead
 * @throws UnreadableAnswer if it is none
 */
export function answeredXml(text: string, items?: ListItems): XmlElement {
  try {
    return parseXml(text, items);
  } catch (error) {
    throw error instanceof XmlError ? new UnreadableAnswer(error.message) : error;
  }
}

/**
 * The response element in an answer.
 * @param items what to hand over one by one instead; a fault may follow all the same
 * @throws SalesforceError for a fault, UnreadableAnswer if it is no SOAP answer
 */
export function soapResponseIn(text: string, status: number, items?: ListItems): XmlElement {
  const envelope = answeredXml(text, items);
  const body = envelope.name === 'Envelope' ? envelope.child('Body') : undefined;
  const [content] = body?.children ?? [];
  if (!content) throw new UnreadableAnswer(`HTTP ${status}, no SOAP body`);
  if (content.name === 'Fault') {
    const code = (content.textOf('faultcode') ?? '').replace(/^.*:/, '').trim();
    throw new SalesforceError(
      code || 'UNKNOWN_EXCEPTION',
      content.textOf('faultstring') ?? '',
      status,
    );
  }
  if (status >= 400) throw new UnreadableAnswer(`HTTP ${status} without a fault`);
  return content;
}
