// The licences of what is in a bundle: ncc writes one text a package, and most packages of the AWS SDK have the same.

/** As ncc begins a package: its name and the kind of its licence, a line each. */
const HEAD = /(?<=^|\n\n)((?:@[\w.-]+\/)?[\w.-]+)\n(\(?[\w.+-]+(?: (?:AND|OR|WITH) [\w.+-]+)*\)?)\n/g;

/** Each package's licence, by its name. */
export function readLicences(text) {
  const heads = [...text.matchAll(HEAD)];
  return new Map(
    heads.map(({ 0: head, 1: name, 2: kind, index }, number) => {
      const licence = text.slice(index + head.length, heads[number + 1]?.index).trim();
      return [name, { kind, licence }];
    }),
  );
}

/** Each text once, below the names of all packages that have it. */
export function writeLicences(licences) {
  const groups = new Map();
  for (const [name, { kind, licence }] of licences) {
    const text = `${kind}\n\n${licence}`.trim();
    groups.set(text, [...(groups.get(text) ?? []), name]);
  }
  return [...groups].map(([text, names]) => `${names.join('\n')}\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}
