/** What the name of a setting has in it that holds a secret. */
const SECRET_NAME = /key|secret|token|password/i;

/**
 * The values of a section that are secret, by the names of their settings, also where one is commented out. A value may
 * be of any kind; botocore takes a colon for an equals sign, and what is indented for more of the value.
 */
export function secretValues(section: string): readonly string[] {
  const values: string[] = [];
  let isSecret = false;
  for (const line of section.split(/[\r\n]+/)) {
    const sign = line.search(/[=:]/);
    const isSetting = sign >= 0 && SECRET_NAME.test(line.slice(0, sign));
    const continues: boolean = isSecret && /^[ \t]/.test(line);
    isSecret = isSetting || continues;
    if (isSetting) values.push(line.slice(sign + 1).trim());
    if (continues) values.push(line.trim());
  }
  return values.filter((value) => value !== '').map((value) => Buffer.from(value, 'latin1').toString('utf8'));
}
