// The licences of other people's code in the bundles, as one text, out of the SBOM that the build has made.
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of packages that name their licence and have no file with its text. */
const TEXTS = {
  ISC: `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`,
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};

/**
 * Writes THIRD-PARTY-NOTICES.txt, and the SBOM anew: without the texts that are there, and without our own chunks.
 * @param folder of the bundles and of the SBOM
 * @throws Error for a package whose licence is not known
 */
export function writeNotices(folder) {
  const file = join(folder, 'sbom.cdx.json');
  const sbom = JSON.parse(readFileSync(file, 'utf8'));
  const isOurs = ({ name }) => name.startsWith('VirtualComponent ');
  const ours = new Set(sbom.components.filter(isOurs).map((component) => component['bom-ref']));
  const others = sbom.components.filter((component) => !isOurs(component));
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), `${others.map(noticeOf).join('\n\n')}\n`);
  sbom.components = others.map(({ evidence, ...component }) => component);
  sbom.dependencies = sbom.dependencies
    .filter(({ ref }) => !ours.has(ref))
    .map(({ ref, dependsOn }) => ({
      ref,
      ...(dependsOn ? { dependsOn: dependsOn.filter((one) => !ours.has(one)) } : {}),
    }));
  writeFileSync(file, JSON.stringify(sbom));
}

function noticeOf({ group, name, version, author, authors, licenses, evidence }) {
  const full = group ? `${group}/${name}` : name;
  const id = licenses?.[0]?.license?.id;
  const texts = (evidence?.licenses ?? []).map(({ license }) =>
    Buffer.from(license.text.content, license.text.encoding ?? 'utf8')
      .toString('utf8')
      .trim(),
  );
  const standard = TEXTS[id];
  if (texts.length === 0 && !standard) throw new Error(`The licence of ${full} is not known.`);
  const owner = author ?? authors?.map((one) => one.name).join(', ') ?? `the authors of ${full}`;
  const body = texts.length > 0 ? texts.join('\n\n') : `Copyright (c) ${owner}\n\n${standard}`;
  return `${'-'.repeat(80)}\n${full} ${version} (${id})\n\n${body}`;
}
