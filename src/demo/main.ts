/** `npm run demo-org`: a demo org on its own, until Ctrl+C. Prints one line of JSON when it listens. */
import { parseArgs } from 'node:util';
import { startDemoOrg, type DemoOrgOptions } from './demoOrg.ts';
import {
  CHOICES,
  DEFAULT_SWITCHES,
  parseFault,
  PLACES,
  WIRE_FAULTS,
  type DemoSwitches,
} from './switches.ts';

/** Names of the switches that are words, numbers, or yes and no. */
const SETTABLE = Object.entries(DEFAULT_SWITCHES).flatMap(([name, value]) =>
  typeof value === 'object' ? [] : [name],
);

const HELP = `npm run demo-org -- [options]
  --port N                 port on 127.0.0.1 (0, the default: any free one)
  --apps-dir DIR           serve a Salesforce source tree
  --apps N                 serve N generated apps
  --tokens N               with N tokens in the org's token list
  --latency MS             wait before each answer
  --rotate                 refresh token rotation for the demo client app
  --introspect-public allow|invalid_client|inactive
  --token-lifetime SECONDS
  --fail PLACE:ERROR[:DESCRIPTION][*TIMES]   may be repeated; PLACE is one of ${PLACES.join(', ')};
                           ERROR is an OAuth error, REST error code, SOAP fault code, or
                           ${WIRE_FAULTS.join(', ')}
  --switch NAME=VALUE      may be repeated; names: ${SETTABLE.join(', ')}
`;

/** An argument that does not fit. */
class UsageError extends Error {}

function numberIn(name: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > most) {
    throw new UsageError(`--${name} ${text}: write a whole number from 0 to ${most}`);
  }
  return value;
}

/** `name=value` as a switch, the value one of its choices or of the same kind as its default. */
function switchIn(text: string): Partial<DemoSwitches> {
  const [name = '', value = ''] = text.split('=', 2);
  const standard = isSwitch(name) ? DEFAULT_SWITCHES[name] : undefined;
  if (typeof standard === 'boolean' && (value === 'true' || value === 'false'))
    return { [name]: value === 'true' };
  if (typeof standard === 'number') return { [name]: numberIn(name, value, 100_000_000) };
  const choices = Object.hasOwn(CHOICES, name) ? CHOICES[name as keyof typeof CHOICES] : [];
  if (choices.some((choice) => choice === value)) return { [name]: value };
  const known = choices.length > 0 ? `, which is one of ${choices.join(', ')}` : '';
  throw new UsageError(`--switch ${text}: no such switch, or not a value for it${known}`);
}

function isSwitch(name: string): name is keyof DemoSwitches {
  return Object.hasOwn(DEFAULT_SWITCHES, name);
}

function optionsIn(args: string[]): DemoOrgOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '0' },
      'apps-dir': { type: 'string' },
      apps: { type: 'string' },
      tokens: { type: 'string' },
      latency: { type: 'string' },
      rotate: { type: 'boolean', default: false },
      'introspect-public': { type: 'string' },
      'token-lifetime': { type: 'string' },
      fail: { type: 'string', multiple: true, default: [] },
      switch: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const {
    latency,
    'introspect-public': introspectPublic,
    'token-lifetime': lifetime,
    ...others
  } = values;
  const switches: Partial<DemoSwitches>[] = [
    ...others.switch.map(switchIn),
    ...(latency === undefined
      ? []
      : [{ latencyMilliseconds: numberIn('latency', latency, 600_000) }]),
    ...(others.rotate ? [{ rotate: true }] : []),
    ...(introspectPublic === undefined ? [] : [switchIn(`introspectPublic=${introspectPublic}`)]),
    ...(lifetime === undefined
      ? []
      : [{ tokenLifetimeSeconds: numberIn('token-lifetime', lifetime, 100_000_000) }]),
    { faults: others.fail.map(parseFault) },
  ];
  return {
    port: numberIn('port', values.port, 65_535),
    switches: Object.assign({}, ...switches) as Partial<DemoSwitches>,
    ...(values['apps-dir'] === undefined ? {} : { appsDir: values['apps-dir'] }),
    ...(values.apps === undefined ? {} : { apps: numberIn('apps', values.apps, 100_000) }),
    ...(values.tokens === undefined
      ? {}
      : { tokens: numberIn('tokens', values.tokens, 1_000_000) }),
  };
}

try {
  const options = optionsIn(process.argv.slice(2));
  if (options === 'help') {
    console.log(HELP);
  } else {
    const demoOrg = await startDemoOrg(options);
    for (const warning of demoOrg.warnings) console.error(`not served: ${warning}`);
    const { url, clientId, username, password } = demoOrg;
    console.log(JSON.stringify({ url, clientId, username, password }));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void demoOrg.close());
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error('See npm run demo-org -- --help');
  process.exitCode = 2;
}
