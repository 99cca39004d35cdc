/** Keys of a user or of a session. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What became of a command. */
export interface Outcome {
  readonly isDone: boolean;
  /** What it printed, on standard output or on standard error. */
  readonly text: string;
  /** AWS's code of a refusal, such as `AccessDenied`. */
  readonly code: string | undefined;
}

/** Where a command runs. */
export interface Surroundings {
  /** Undefined for the default credentials, which `environment` may choose. */
  readonly profile: string | undefined;
  /** Further variables, such as `AWS_WEB_IDENTITY_TOKEN_FILE`. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What runs commands of the AWS CLI: itself, or something that does the same. */
export interface AwsClient {
  /** What the lab says it uses. */
  readonly name: string;
  run(command: string, surroundings: Surroundings): Promise<Outcome>;
}

/** What AWS's tools know of a lab. */
export interface LabFolder {
  /** Where files are that commands name. */
  readonly path: string;
  readonly endpoint: string;
  readonly region: string;
  readonly profiles: ReadonlyMap<string, Keys>;
}

/** How the AWS CLI words a refusal; the code is between the brackets. */
export const REFUSAL = /An error occurred \((\w+)\) when calling the (\w+) operation/;
