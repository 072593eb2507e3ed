/** Version of the package, as its manifest has it. */
import manifest from '../../package.json' with { type: 'json' };

export const VERSION = manifest.version;
