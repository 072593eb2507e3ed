// For Stryker: texts for people are not mutated. What they say is a translator's to change; that they are there, and
// which one is shown when, is tested all the same: the calls around them are mutated.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

function isText({ parentPath: path }) {
  if (!path) return false;
  const { node } = path;
  const callee = node.type === 'CallExpression' ? node.callee : node.tag;
  return (
    callee?.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'l10n' &&
    callee.property.name === 't'
  );
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'texts', {
    shouldIgnore: (path) => (isText(path) ? 'a text for people' : undefined),
  }),
];
