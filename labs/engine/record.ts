/** Which keys in a command's answer become a profile. */
export type KeysIn = 'AccessKey' | 'Credentials';

/** What to keep of a command's answer. */
export interface Keep {
  /** The profile that its keys become, and where they are. */
  readonly profile?: readonly [name: string, keys: KeysIn];
  /** The variable that one of its values becomes, and the value's place, such as `KeyMetadata.Arn`. */
  readonly variable?: readonly [name: string, place: string];
  /** Variables of the command's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** One thing that a lab did, as it can be done again elsewhere. */
export type Recorded =
  | { readonly kind: 'step'; readonly title: string }
  | { readonly kind: 'file'; readonly name: string; readonly content: string }
  /** A variable, and the line of shell that sets it elsewhere. */
  | { readonly kind: 'variable'; readonly line: string }
  | { readonly kind: 'wait'; readonly seconds: number; readonly why: string }
  | {
      readonly kind: 'command';
      readonly profile: string | undefined;
      readonly command: string;
      readonly keep: Keep;
      /** AWS's code where the command has to be refused. */
      readonly refusedWith: string | undefined;
    };

/** How a command is shown: as it is typed, but for the endpoint. */
export function commandLine(
  profile: string | undefined,
  command: string,
  environment: Keep['environment'] = {},
): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value} `);
  return `${variables.join('')}aws ${command}${profile === undefined ? '' : ` --profile ${profile}`}`;
}

/** The variable with the access key id of a profile: `lab-dev` has it in `LAB_DEV_KEY`. */
export function keyVariable(profile: string): string {
  return `${profile.toUpperCase().replaceAll('-', '_')}_KEY`;
}

const SAVE = `# Puts the keys that a command prints into a profile.
save() {
  read -r id secret token
  aws configure set aws_access_key_id "$id" --profile "$1"
  aws configure set aws_secret_access_key "$secret" --profile "$1"
  if [ -n "$token" ]; then aws configure set aws_session_token "$token" --profile "$1"; fi
}`;

const KEY_FIELDS: Readonly<Record<KeysIn, string>> = {
  AccessKey: 'AccessKey.[AccessKeyId,SecretAccessKey]',
  Credentials: 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]',
};

/** The same as a script for bash and the AWS CLI, against AWS or any other endpoint. */
export function scriptOf(records: readonly Recorded[]): string {
  const saves = records.some((record) => record.kind === 'command' && record.keep.profile !== undefined);
  return `${[...(saves ? [SAVE] : []), ...records.flatMap(linesOf)].join('\n').trim()}\n`;
}

function linesOf(record: Recorded): readonly string[] {
  switch (record.kind) {
    case 'step':
      return ['', `# ${record.title}`];
    case 'wait':
      return [`sleep ${record.seconds} # ${record.why}`];
    case 'variable':
      return [record.line];
    case 'file': {
      // Only a file with one of the labs' variables in it is for the shell to fill in.
      const end = /\$[A-Z]/.test(record.content) ? 'EOF' : "'EOF'";
      return [`cat > ${record.name} <<${end}`, record.content, 'EOF'];
    }
    case 'command': {
      const { profile, command, keep, refusedWith } = record;
      const line = commandLine(profile, command, keep.environment);
      if (keep.profile !== undefined) {
        const [name, keys] = keep.profile;
        const saved = `${line} --query '${KEY_FIELDS[keys]}' --output text | save ${name}`;
        const key = `${keyVariable(name)}=$(aws configure get aws_access_key_id --profile ${name})`;
        return keys === 'AccessKey' ? [saved, key] : [saved];
      }
      if (keep.variable !== undefined) {
        const [name, place] = keep.variable;
        return [`${name}=$(${line} --query ${place} --output text)`];
      }
      return [refusedWith === undefined ? line : `${line} # refused: ${refusedWith}`];
    }
  }
}
