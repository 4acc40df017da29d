import { REPETITIONS, type ProblemPage } from './problem-page.js';

/** A problem for people at a terminal. */
export function problemAsMarkdown(page: ProblemPage): string {
  return `${[
    `# ${page.title}`,
    [`\`${page.type}\``, ...(page.statuses.length > 0 ? [`status ${page.statuses.join(' or ')}`] : [])].join(
      ', ',
    ),
    '## What it means',
    page.meaning,
    '## What to do',
    page.action,
    '## May the same request be sent again?',
    REPETITIONS[page.repetition],
    '## Which calls answer with it',
    whichCalls(page),
    ...page.calls.map(({ method, path, summary }) => `- \`${method} ${path}\`: ${summary}`),
    ...(page.example === null
      ? []
      : ['## An example', `\`\`\`json\n${JSON.stringify(page.example, null, 2)}\n\`\`\``]),
  ].join('\n\n')}\n`.replace(/\n\n- /g, '\n- ');
}

/** The sentence before the list of calls. */
export function whichCalls({ calls, ofAnyRequest }: ProblemPage): string {
  if (ofAnyRequest) return 'Any request may be answered with it.';
  return calls.length === 0 ? 'No call of the API does: the command line or an import.' : 'These calls do:';
}

/** All of them, by code. */
export const problemsAsMarkdown = (pages: Iterable<ProblemPage>): string =>
  `# Problems\n\n${[...pages].map(({ code, title, meaning }) => `- [${title}](/problems/${code}): ${meaning}\n`).join('')}`;
