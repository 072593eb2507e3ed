/** Settings as they are found: whatever somebody wrote there. The manifest says what may be. */

export type NumberSettingName =
  'loopbackPort' | 'refreshAheadSeconds' | 'requestConcurrency' | 'requestTimeoutSeconds';

interface Manifest {
  readonly contributes: {
    readonly configuration: {
      readonly properties: Readonly<Record<`salesforcePkce.${NumberSettingName}`, NumberProperty>>;
    };
  };
}

/** What the manifest says of a setting that is a number. */
interface NumberProperty {
  readonly type: 'integer' | 'number';
  readonly minimum: number;
  readonly maximum: number;
  readonly default: number;
}

/**
 * A setting that is a number.
 * @param manifest the extension's package.json
 * @param value as it is found
 * @returns the value; the manifest's default in place of one that the manifest does not allow
 */
export function numberSetting(manifest: unknown, name: NumberSettingName, value: unknown): number {
  const { properties } = (manifest as Manifest).contributes.configuration;
  const property = properties[`salesforcePkce.${name}`];
  const isAllowed =
    typeof value === 'number' &&
    value >= property.minimum &&
    value <= property.maximum &&
    (property.type === 'number' || Number.isInteger(value));
  return isAllowed ? value : property.default;
}
