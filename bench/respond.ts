import type { IncomingMessage, RequestListener } from 'node:http';
import { answerCognito, answerSts, answerTokenRequest, REFUSAL, REFUSED_ROLE_ARN } from './answers.js';

/** What a server has seen since its start. */
export interface Counts {
  readonly requests: number;
  readonly connections: number;
}

/** Answers as GitHub's token endpoint, Cognito and STS, each answer after `latencyMs`. It checks nothing. */
export function respondAfter(latencyMs: number, onRequest: () => void): RequestListener {
  return (request, response) => {
    onRequest();
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { type, answer, status = 200 } = answerTo(request, body);
      const send = (): void => {
        response.writeHead(answer === undefined ? 400 : status, {
          'content-type': type,
          'content-length': Buffer.byteLength(answer ?? ''),
        });
        response.end(answer);
      };
      if (latencyMs === 0) send();
      else setTimeout(send, latencyMs);
    });
  };
}

interface Answer {
  readonly type: string;
  /** Undefined for a call that is not known here. */
  readonly answer: string | undefined;
  readonly status?: number;
}

function answerTo({ method, headers }: IncomingMessage, body: string): Answer {
  const target = headers['x-amz-target'];
  if (method === 'GET') return { type: 'application/json', answer: answerTokenRequest() };
  if (typeof target === 'string')
    return { type: 'application/x-amz-json-1.1', answer: answerCognito(target) };
  if (new URLSearchParams(body).get('RoleArn') === REFUSED_ROLE_ARN)
    return { type: 'text/xml', answer: REFUSAL, status: 403 };
  return { type: 'text/xml', answer: answerSts(body) };
}
