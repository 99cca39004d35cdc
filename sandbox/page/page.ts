/** The page: three texts, so that nothing is built and nothing is fetched from elsewhere. */
export const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox · Assume AWS Role</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<header>
<h1>Sandbox</h1>
<p id="facts"></p>
</header>
<main>
<section aria-labelledby="story-title">
<h2 id="story-title">What happened</h2>
<p id="empty">Nothing yet. Run a job.</p>
<ol id="story" aria-live="polite"></ol>
</section>
<section aria-labelledby="roles-title">
<h2 id="roles-title">Roles</h2>
<ul id="roles"></ul>
</section>
</main>
</body>
</html>
`;

export const STYLE = `:root { color-scheme: light dark; --line: light-dark(#d0d7de, #3d444d); --soft: light-dark(#59636e, #9198a1);
  --good: light-dark(#1a7f37, #3fb950); --bad: light-dark(#cf222e, #f85149); --card: light-dark(#f6f8fa, #151b23); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; }
h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
#facts, #empty, .time, dt, .source { color: var(--soft); }
ol, ul { list-style: none; margin: 0; padding: 0; }
#story > li { border: 1px solid var(--line); border-left: 4px solid var(--soft); border-radius: 6px; margin: .5rem 0; background: var(--card); }
#story > li.allowed { border-left-color: var(--good); }
#story > li.refused { border-left-color: var(--bad); }
summary { padding: .5rem .75rem; cursor: pointer; overflow-wrap: anywhere; }
.decision { font-weight: 600; }
.allowed .decision { color: var(--good); }
.refused .decision { color: var(--bad); }
.time { font-variant-numeric: tabular-nums; margin-right: .5rem; }
.body { padding: 0 .75rem .75rem 1.5rem; }
.why { margin: .25rem 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 0; font: 13px/1.5 ui-monospace, monospace; }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
`;

// Only textContent: claims are written by whoever names a branch.
export const SCRIPT = `'use strict';
const byId = (id) => document.getElementById(id);
function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}
function list(values) {
  const dl = element('dl');
  for (const [name, value] of Object.entries(values)) {
    dl.append(element('dt', name), element('dd', typeof value === 'string' ? value : JSON.stringify(value)));
  }
  return dl;
}
function headline(event) {
  if (event.action === 'token') return 'job ' + (event.who || '?') + ' asked for a token' + (event.what ? ' for ' + event.what : '');
  return event.action + (event.what ? ' of ' + event.what : '') + ' by ' + (event.who || 'an unknown caller');
}
function outcome(event) {
  if (event.decision === 'refused') return event.refusal ? 'refused: ' + event.refusal.code : 'refused: HTTP ' + event.status;
  if (event.decision === 'no answer') return 'not answered';
  return event.action === 'token' ? 'given' : event.session ? 'allowed' : 'answered';
}
function item(event) {
  const li = element('li', undefined, event.decision === 'no answer' ? '' : event.decision);
  const details = element('details');
  details.open = event.decision === 'refused';
  const summary = element('summary');
  summary.append(element('span', event.at.slice(11, 19), 'time'), element('span', headline(event) + ': '), element('span', outcome(event), 'decision'));
  const body = element('div', undefined, 'body');
  if (event.refusal) body.append(element('p', event.refusal.message, 'why'));
  for (const line of event.why) body.append(element('p', line, 'why'));
  if (event.session) body.append(element('p', event.session.arn + ', ' + event.session.seconds + ' s', 'why'));
  if (event.header) body.append(element('h3', 'Header of the token'), list(event.header));
  if (event.claims) body.append(element('h3', 'Claims of the token'), list(event.claims));
  details.append(summary, body);
  li.append(details);
  return li;
}
let seen = 0;
async function look() {
  try {
    const answer = await fetch('/story.json?after=' + seen);
    const { standsFor, stsUrl, roles, events } = await answer.json();
    byId('facts').textContent = 'Stands for ' + standsFor + ' and for STS at ' + stsUrl;
    if (byId('roles').childElementCount === 0) {
      for (const { arn, source } of roles) {
        const li = element('li');
        li.append(element('code', arn), element('span', ' ' + source, 'source'));
        byId('roles').append(li);
      }
    }
    for (const event of events) byId('story').append(item(event));
    seen += events.length;
    byId('empty').hidden = seen > 0;
    document.body.dataset.seen = String(seen);
  } catch {
    byId('facts').textContent = 'The sandbox has ended.';
  }
  setTimeout(look, 1000);
}
look();
`;
