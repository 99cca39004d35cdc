import type { Http, HttpRequest, HttpResponse } from '../../src/platform/http.js';

/** An answer of a server; 200 without headers unless said otherwise. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** HTTP that gives these answers, one after the other, and remembers what was sent. */
export function scriptedHttp(...answers: readonly ScriptedAnswer[]): Http & { readonly sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  return {
    sent,
    async send(request): Promise<HttpResponse> {
      const answer = answers[sent.length];
      sent.push(request);
      if (answer === undefined) throw new Error(`No answer is there for request ${sent.length}.`);
      const { status = 200, headers = {}, body } = answer;
      return { status, headers, body: Buffer.from(body) };
    },
    connectEarly() {},
    close() {},
  };
}
