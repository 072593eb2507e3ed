// Lint rules of the house. The part that is ours: the floors of the design, kept apart.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The floors, from the ground up: a folder may import from itself and from those before it.
 * `vscode` is allowed from `session` on.
 */
const FLOORS = ['oauth', 'salesforce', 'audit', 'session', 'signIn', 'views', 'commands'];
const FIRST_FLOOR_WITH_VSCODE = FLOORS.indexOf('session');

/** Entrances below the floors with vscode: they run under plain Node, for CI and as the demo org. */
const PLAIN_NODE = ['cli', 'demo'];

const noVscode = {
  group: ['vscode'],
  message: 'No vscode below src/session: hand in what is needed as a plain function or interface.',
};

/** Imports that `folder` must not have, as `no-restricted-imports` patterns. */
function forbiddenFor(folder) {
  const floor = FLOORS.indexOf(folder);
  const plain = PLAIN_NODE.includes(folder);
  const closed = plain
    ? [...FLOORS.slice(FIRST_FLOOR_WITH_VSCODE), ...PLAIN_NODE.filter((other) => other !== folder)]
    : [...FLOORS.slice(floor + 1), ...PLAIN_NODE];
  const patterns = closed.map((other) => ({
    regex: `^(\\.\\./)+(src/)?${other}/`,
    message: `src/${folder} must not import src/${other}: imports go one way (oauth, salesforce, audit, session, signIn, views, commands).`,
  }));
  patterns.push({
    regex: '^(\\.\\./)+(extension|parts|commandGroups)(\\.ts)?$',
    message:
      'Nothing imports extension.ts, parts.ts and commandGroups.ts: they only tie things together.',
  });
  if (plain || floor < FIRST_FLOOR_WITH_VSCODE) patterns.push(noVscode);
  if (!plain) {
    patterns.push({
      group: ['undici', 'hono', 'hono/*', '@hono/*'],
      message: 'undici and the demo server stay out of the extension host: use the Fetch port.',
    });
  }
  return patterns;
}

const L10N = "[callee.object.name='l10n'][callee.property.name='t']";
const SHOWN =
  '/^(happened|todo|title|placeHolder|placeholder|prompt|detail|description|tooltip|words)$/';
const TEXT_RULES = [
  {
    selector: `CallExpression${L10N}:not([arguments.0.type='Literal'])`,
    message:
      'Write the text itself here, as a literal or a tagged template: it is collected from the code.',
  },
  {
    selector: `Property[key.name=${SHOWN}] Literal.value[value=/[a-z] [a-z]/], Property[key.name=${SHOWN}] > ConditionalExpression > Literal[value=/[a-z] [a-z]/]`,
    message: 'People read this: l10n.t(...).',
  },
  {
    selector: `Property[key.name=${SHOWN}] > TemplateLiteral.value > TemplateElement[value.raw=/[a-z] [a-z]/], Property[key.name=${SHOWN}] > ConditionalExpression > TemplateLiteral > TemplateElement[value.raw=/[a-z] [a-z]/]`,
    message: 'People read this: l10n.t`...`.',
  },
  {
    selector:
      'CallExpression[callee.property.name=/^toLocale/]:not([arguments.0.callee.name="locale"])',
    message: 'In the language of the texts around it: locale() first.',
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.vscode-test/', '.stryker-tmp/', 'media/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-deprecated': [
        'error',
        // Deprecated by its authors so that it stands out; it is what lets the demo org use plain http on loopback.
        { allow: [{ from: 'package', package: 'oauth4webapi', name: 'allowInsecureRequests' }] },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  ...[...FLOORS, ...PLAIN_NODE].map((folder) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns: forbiddenFor(folder) }] },
  })),
  {
    // Texts for people can be translated. The command line and the demo org speak English, as servers do.
    files: ['src/**/*.ts'],
    ignores: PLAIN_NODE.map((folder) => `src/${folder}/**`),
    rules: { 'no-restricted-syntax': ['error', ...TEXT_RULES] },
  },
  {
    // Names that an org gives its apps must not become links there.
    files: ['src/views/**/*.ts', 'src/commands/**/*.ts'],
    ignores: ['src/views/notifications.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['Information', 'Warning', 'Error'].map((kind) => ({
          property: `show${kind}Message`,
          message: 'Take that of src/views/notifications.ts.',
        })),
      ],
    },
  },
  {
    // Titles of other people's documents.
    files: ['src/audit/rule.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['src/demo/main.ts', 'src/cli/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['*.js', 'build/*.js'],
    rules: { 'no-unused-vars': ['error', { ignoreRestSiblings: true }] },
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  {
    files: ['docs/**/*.js'],
    languageOptions: {
      globals: {
        URL: 'readonly',
        URLSearchParams: 'readonly',
        document: 'readonly',
        location: 'readonly',
      },
    },
  },
);
