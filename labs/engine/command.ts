/** A command of the AWS CLI, taken apart. */
export interface AwsCommand {
  /** Such as `sts`. */
  readonly service: string;
  /** Such as `assume-role`. */
  readonly operation: string;
  /** What stands by itself, such as `s3://bucket`. */
  readonly positional: readonly string[];
  /** Each option's values; a flag has none. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** Splits a command as a shell does, as far as the labs need it: blanks, and single quotes. */
export function splitWords(text: string): readonly string[] {
  return [...text.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

/** Takes a command apart. Throws an Error for one that has no service and operation. */
export function parseCommand(text: string): AwsCommand {
  const [service, operation, ...rest] = splitWords(text);
  if (service === undefined || operation === undefined) throw new Error(`"${text}" is not a command`);
  const positional: string[] = [];
  const options = new Map<string, string[]>();
  let values = positional;
  for (const word of rest) {
    if (word.startsWith('--')) {
      values = [];
      options.set(word.slice(2), values);
    } else values.push(word);
  }
  return { service, operation, positional, options };
}

/** The value of an option. Throws an Error where it is missing. */
export function optionOf({ options }: AwsCommand, name: string): string {
  const value = options.get(name)?.[0];
  if (value === undefined) throw new Error(`the command needs --${name}`);
  return value;
}
