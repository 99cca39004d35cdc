import type { Question } from '../../trust/reach/question.js';
import { openJobs } from './jobs-text.js';
import type { CheckReport, PolicyReport } from './report.js';

/** With more edges nobody finds his way in a graph. */
const MAX_EDGES = 40;

interface Edge {
  readonly from: string;
  readonly to: string;
  /** Not certain, or only some. */
  readonly isDotted: boolean;
  /** Somebody who should not get in. */
  readonly isWide: boolean;
}

/** Who reaches which role, as a Mermaid graph; none where there is nothing to show, or too much. */
export function reachGraph(
  names: ReadonlyMap<PolicyReport, string>,
  { repository = '' }: Pick<CheckReport, 'repository'>,
): string | undefined {
  const roles = [...names];
  const questions = roles.flatMap(([role, name]) => questionEdges(role, name, repository));
  const jobs = roles.flatMap(([role, name]) => jobEdges(role, name));
  const edges = questions.length + jobs.length > MAX_EDGES ? questions : [...jobs, ...questions];
  return edges.length === 0 || edges.length > MAX_EDGES ? undefined : graphOf(edges);
}

/** Who a question is about, in a few words. */
function whoIs(question: Question, repository: string): string {
  const [owner] = repository.split('/');
  switch (question) {
    case 'other-owner':
      return 'repositories of other owners';
    case 'other-repository':
      return `other repositories of ${owner}`;
    case 'recycled-name':
      return `whoever takes the name ${repository}`;
    case 'pull-request':
      return 'pull requests';
    case 'other-branch':
      return 'other branches';
    case 'tag':
      return 'tags';
    case 'other-environment':
      return 'other environments';
    case 'any-ref-in-environment':
      return 'its environments, from other refs';
    case 'other-workflow':
      return 'other workflows';
    case 'intended':
      return `what it is for in ${repository}`;
  }
}

function questionEdges(role: PolicyReport, name: string, repository: string): readonly Edge[] {
  return role.reach.flatMap(({ question, answer }) =>
    answer === 'no'
      ? []
      : [
          {
            from: whoIs(question, repository),
            to: name,
            isDotted: answer !== 'yes',
            isWide: question !== 'intended',
          },
        ],
  );
}

function jobEdges(role: PolicyReport, name: string): readonly Edge[] {
  return openJobs(role).map(({ job: { workflow, job }, answer }) => ({
    from: `${workflow.replace(/^.*\//s, '')}: ${job}`,
    to: name,
    isDotted: answer !== 'yes',
    isWide: false,
  }));
}

function graphOf(edges: readonly Edge[]): string {
  const who = [...new Set(edges.map(({ from }) => from))];
  const roles = [...new Set(edges.map(({ to }) => to))];
  const isWide = (from: string): boolean => edges.some((edge) => edge.from === from && edge.isWide);
  return [
    'graph LR',
    ...who.map((from, index) => `  w${index}(["${label(from)}"])${isWide(from) ? ':::wide' : ''}`),
    ...roles.map((role, index) => `  r${index}["${label(role)}"]`),
    ...edges.map(
      ({ from, to, isDotted }) =>
        `  w${who.indexOf(from)} ${isDotted ? '-.->' : '-->'} r${roles.indexOf(to)}`,
    ),
    '  classDef wide stroke:#cf222e,stroke-width:2px',
  ].join('\n');
}

/** Letters, digits and blanks stay; all else becomes its code, which Mermaid and Markdown read as nothing but text. */
function label(text: string): string {
  const whole = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return whole.replace(/[^\p{L}\p{N} …]/gu, (char) => {
    if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(char)) return '#65533;';
    return `#${char.codePointAt(0) ?? 0};`;
  });
}
