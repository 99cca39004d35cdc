import type { Condition, Statement, TrustPolicy } from './evaluator.js';

/** What many policies have in common, and the one repository that it is about in this one. */
export interface Shape {
  /** Equal for policies of which the same can be said, with one repository's name and id in place of the other's. */
  readonly key: string;
  /** How the subjects begin, up to and with the repository's name; undefined where they do not name one. */
  readonly subject: NamedSubject | undefined;
}

export interface NamedSubject {
  readonly owner: string;
  readonly name: string;
  readonly repositoryId: string | undefined;
}

/** A subject, or a pattern of one, as far as it names a repository: within GitHub's limits, so that all are alike. */
const NAMED = /^(repo:([\w-]{1,39})(?:@\d{1,15})?\/)([\w-]{1,90})(?:@([1-9]\d{0,14})(?=:)|(?=[:*?]))/;

/**
 * Undefined where it is not certain that the name makes no difference: where something denies, compares with a variable,
 * or is about another repository.
 */
export function shapeOf({ statements, version }: TrustPolicy): Shape | undefined {
  if (statements.some(({ effect }) => effect === 'Deny')) return undefined;
  const conditions = statements.flatMap((statement) => statement.conditions);
  const values = conditions.flatMap((one) => one.values);
  if (values.some(({ kind, text }) => kind === 'unknown' || text.includes('${'))) return undefined;
  const subjects = conditions.filter((one) => isAbout(one, 'sub')).flatMap((one) => one.values);
  const [, start = '', owner = '', name = '', repositoryId] = NAMED.exec(subjects[0]?.text ?? '') ?? [];
  const subject = name === '' ? undefined : { owner, name, repositoryId };
  const head = subject && `${start}${name}${repositoryId === undefined ? '' : `@${repositoryId}`}`;
  const written = statements.map((one) => writtenOf(one, head, `${start}:`, `${owner}/${name}`));
  if (written.includes(undefined)) return undefined;
  if (repositoryId !== undefined && conditions.some(({ key }) => /_id$/i.test(key.text))) return undefined;
  return {
    key: JSON.stringify([version, repositoryId === undefined, principalsOf(statements), written]),
    subject,
  };
}

function isAbout({ key }: Condition, claim: string): boolean {
  return key.text.toLowerCase().endsWith(`:${claim}`);
}

/** A statement without the name of its repository; undefined where one of its values has another, or a part of it. */
function writtenOf(
  { actions, notAction, notPrincipal, conditions }: Statement,
  head: string | undefined,
  placeholder: string,
  repository: string,
): readonly unknown[] | undefined {
  const rows = conditions.map((one) => {
    const texts = one.values.map(({ text }) => {
      if (head === undefined) return text;
      if (isAbout(one, 'sub')) {
        const isIt = text.startsWith(head) && NAMED.exec(text)?.[0] === head;
        return isIt ? placeholder + text.slice(head.length) : undefined;
      }
      if (isAbout(one, 'repository')) return text === repository ? '/' : undefined;
      return text;
    });
    return texts.includes(undefined) ? undefined : [one.operator.written, one.key.text, ...texts];
  });
  if (rows.includes(undefined)) return undefined;
  return [actions.map(({ text }) => text), notAction, notPrincipal, rows];
}

/** The principals by place: which account a provider is in makes no difference, unless a key of AWS's own is about it. */
function principalsOf(statements: readonly Statement[]): readonly string[] {
  const isOfAws = statements.some(({ conditions }) => conditions.some(({ key }) => /^aws:/i.test(key.text)));
  const accounts: string[] = [];
  return statements.map(({ principals }) =>
    JSON.stringify(
      principals.map(({ type, text }) => {
        const account = isOfAws ? undefined : /::(\d{12}):/.exec(text)?.[1];
        if (account === undefined) return [type, text];
        if (!accounts.includes(account)) accounts.push(account);
        return [type, text.replace(/::\d{12}:/, `::#${accounts.indexOf(account)}:`)];
      }),
    ),
  );
}
