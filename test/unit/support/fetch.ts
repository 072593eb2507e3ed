/** The Fetch port outside of the extension host: undici's fetch with an Agent of its own. */
import { Agent, fetch as undiciFetch, type RequestInit as UndiciRequestInit } from 'undici';
import type { Fetch } from '../../../src/oauth/http.ts';

const dispatcher = new Agent();

/** undici's types and those of the global fetch describe the same thing twice. */
export const fetch: Fetch = async (input, init) =>
  (await undiciFetch(input, { ...(init as UndiciRequestInit), dispatcher })) as unknown as Response;
