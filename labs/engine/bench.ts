import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../sandbox/cloud.js';
import { isObject, type JsonObject, objectAt, textAt } from '../../sandbox/core/json.js';
import type { AwsClient, Keys, LabFolder, Outcome } from './client.js';
import { commandLine, type Keep, keyVariable, type Recorded } from './record.js';
import type { Transcript } from './transcript.js';

/** Thrown where something is not as the lab says: it has been shown already. */
export class ClaimFailed extends Error {}

/** What a bench works with. */
export interface BenchParts {
  readonly cloud: Cloud;
  readonly client: AwsClient;
  readonly folder: LabFolder & { readonly profiles: Map<string, Keys> };
  readonly transcript: Transcript;
  /** Makes the sandbox's clock go forward. */
  readonly advance: (seconds: number) => void;
  readonly now: () => number;
  /** Names that stand for the sandbox's own, such as GitHub's issuer. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** What a lab does its steps on: it shows them, records them, and checks what comes of them. */
export class Bench {
  readonly records: Recorded[] = [];
  readonly cloud: Cloud;
  readonly #parts: BenchParts;
  readonly #variables = new Map<string, string>();
  readonly #aliases: Map<string, string>;
  #steps = 0;

  constructor(parts: BenchParts) {
    this.#parts = parts;
    this.cloud = parts.cloud;
    this.#aliases = new Map(parts.aliases);
  }

  get #transcript(): Transcript {
    return this.#parts.transcript;
  }

  /** Begins a step. */
  step(title: string): void {
    this.#steps += 1;
    this.records.push({ kind: 'step', title });
    this.#transcript.step(this.#steps, title);
  }

  /** Writes a file, JSON unless it is text, for commands to name. */
  file(name: string, content: object | string): void {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    this.records.push({ kind: 'file', name, content: text });
    this.#transcript.file(name, this.#fill(text));
    this.write(name, this.#resolve(text));
  }

  /** Writes a file that is not shown; its path. */
  write(name: string, content: string): string {
    const path = join(this.#parts.folder.path, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  /** Writes the bytes that a text, or a variable, has in base64. */
  writeBase64(name: string, text: string): void {
    const path = join(this.#parts.folder.path, name);
    writeFileSync(path, Buffer.from(this.#fill(text), 'base64'), { mode: 0o600 });
  }

  /** Runs a command of the AWS CLI (without `aws`), which has to succeed. */
  async aws(profile: string | undefined, command: string, keep: Keep = {}): Promise<Outcome> {
    const outcome = await this.#run(profile, command, keep, undefined);
    if (!outcome.isDone) this.claim(`aws ${command.split(' ', 2).join(' ')} succeeds`, false);
    if (keep.profile !== undefined) this.#saveProfile(outcome, keep.profile);
    if (keep.variable !== undefined) this.#saveVariable(outcome, keep.variable);
    return outcome;
  }

  /** Runs one that has to be refused with this code. `claim` says what that shows. */
  async refused(
    profile: string | undefined,
    command: string,
    code: string,
    claim: string,
    keep: Keep = {},
  ): Promise<Outcome> {
    const outcome = await this.#run(profile, command, keep, code);
    this.claim(claim, !outcome.isDone && outcome.code === code);
    return outcome;
  }

  /** Shows what has been found out. Throws where it is not so. */
  claim(text: string, isTrue: boolean): void {
    this.#transcript.claim(text, isTrue);
    if (!isTrue) throw new ClaimFailed(text);
  }

  /** A remark that is shown and not recorded. */
  note(text: string): void {
    this.#transcript.note(text);
  }

  /** Shows what something else than the AWS CLI printed. */
  show(line: string, answer: string): void {
    this.#transcript.command(line);
    this.#transcript.answer(answer);
  }

  /** Sets a variable for files and commands; `line` is how a shell sets it elsewhere. */
  set(name: string, value: string, line: string): void {
    this.records.push({ kind: 'variable', line });
    this.#variables.set(name, value);
    this.#transcript.note(`$${name} is ${value}`);
  }

  /** A line of the script that the sandbox does not need, such as where a token comes from. */
  elsewhere(line: string): void {
    this.records.push({ kind: 'variable', line });
  }

  /** Shows a name in place of something of the sandbox's own, such as a path. */
  alias(name: string, own: string): void {
    this.#aliases.set(name, own);
  }

  /** What a file of the lab contains. */
  read(name: string): string {
    return readFileSync(join(this.#parts.folder.path, name), 'utf8');
  }

  /** The sandbox's clock, in milliseconds since the epoch. */
  now(): number {
    return this.#parts.now();
  }

  /** Lets time pass, in the sandbox at once. */
  wait(seconds: number, why: string): void {
    this.records.push({ kind: 'wait', seconds, why });
    this.#transcript.note(`${seconds} seconds pass: ${why}`);
    this.#parts.advance(seconds);
  }

  /** What IAM needs until everyone knows of a change, and the sandbox does not. */
  settle(): void {
    this.records.push({ kind: 'wait', seconds: 15, why: 'IAM takes a moment to spread a change' });
  }

  async #run(
    profile: string | undefined,
    command: string,
    keep: Keep,
    refusedWith: string | undefined,
  ): Promise<Outcome> {
    this.records.push({ kind: 'command', profile, command, keep, refusedWith });
    this.#transcript.command(commandLine(profile, command, keep.environment));
    const environment = Object.fromEntries(
      Object.entries(keep.environment ?? {}).map(([name, value]) => [name, this.#resolve(value)]),
    );
    const outcome = await this.#parts.client.run(this.#resolve(command), { profile, environment });
    this.#transcript.answer(outcome.text);
    return outcome;
  }

  #resolve(text: string): string {
    const named = [...this.#aliases].reduce((all, [name, own]) => all.replaceAll(name, own), text);
    return this.#fill(named);
  }

  #fill(text: string): string {
    return text.replace(/\$([A-Z][A-Z_]*)\b/g, (whole, name: string) => this.#variables.get(name) ?? whole);
  }

  #saveProfile(outcome: Outcome, [name, place]: NonNullable<Keep['profile']>): void {
    const { AccessKeyId, SecretAccessKey, SessionToken } = objectAt(answerOf(outcome)[place], place);
    const accessKeyId = textAt(AccessKeyId, 'AccessKeyId');
    const secretAccessKey = textAt(SecretAccessKey, 'SecretAccessKey');
    this.#parts.folder.profiles.set(name, {
      accessKeyId,
      secretAccessKey,
      ...(SessionToken !== undefined && { sessionToken: textAt(SessionToken, 'SessionToken') }),
    });
    this.#variables.set(keyVariable(name), accessKeyId);
    this.#transcript.note(`The keys become the profile ${name}.`);
  }

  #saveVariable(outcome: Outcome, [name, place]: NonNullable<Keep['variable']>): void {
    const found = place
      .split('.')
      .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), answerOf(outcome));
    this.#variables.set(name, textAt(found, place));
    this.#transcript.note(`${place} becomes $${name}.`);
  }
}

/** A command's answer as JSON. */
export function answerOf({ text }: Outcome): JsonObject {
  const parsed: unknown = JSON.parse(text);
  return objectAt(parsed, 'the answer');
}
