import type { Rule } from '../rule.js';

export const versionMissing: Rule = {
  id: 'version-missing',
  severity: 'warning',
  check: ({ version, at }) => {
    if (version === '2012-10-17') return [];
    const what = version === undefined ? 'A policy without Version uses' : 'The policy uses';
    const message = `${what} 2008-10-17, where \${…} is ordinary text. Use "Version": "2012-10-17".`;
    return [{ statement: undefined, at, message }];
  },
};
