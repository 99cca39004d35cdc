import { isFromHere } from '../http/from-here.js';
import { type Call, type Delivery, type LoopbackServer, listen, type Reply } from '../http/loopback.js';
import type { Story } from '../story/story.js';
import { HTML, SCRIPT, STYLE } from './page.js';

/** What the page shows beside the story. */
export interface PageFacts {
  readonly standsFor: string;
  readonly stsUrl: string;
  readonly roles: readonly { readonly arn: string; readonly source: string }[];
}

/** Everything is of this server alone, and nothing is run that is not in its one script. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Serves the page on 127.0.0.1; port 0 takes a free port. It can only be looked at. */
export async function startPage(port: number, facts: PageFacts, story: Story): Promise<LoopbackServer> {
  const server: LoopbackServer = await listen(port, async (call): Promise<Delivery> => {
    return { how: 'answer', reply: isFromHere(call, server.url) ? answer(call) : text(403, 'Not here') };
  });

  function answer({ method, path, query }: Call): Reply {
    if (method !== 'GET') return text(405, 'Only GET');
    switch (path) {
      case '/':
        return reply(200, 'text/html', HTML);
      case '/page.css':
        return reply(200, 'text/css', STYLE);
      case '/page.js':
        return reply(200, 'text/javascript', SCRIPT);
      case '/story.json': {
        const events = story.events.slice(Number(query.get('after') ?? 0) || 0);
        return reply(200, 'application/json', JSON.stringify({ ...facts, events }));
      }
      default:
        return text(404, 'Not found');
    }
  }
  return server;
}

function reply(status: number, type: string, body: string): Reply {
  return { status, headers: { ...HEADERS, 'content-type': `${type}; charset=utf-8` }, body };
}

function text(status: number, body: string): Reply {
  return reply(status, 'text/plain', body);
}
