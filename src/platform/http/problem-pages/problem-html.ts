import { whichCalls } from './problem-markdown.js';
import { REPETITIONS, type ProblemPage } from './problem-page.js';

/** The only file that a page loads: its policy allows no styles of its own. */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { margin-bottom: 0; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 0; }
p { margin: 0.3rem 0; }
ul { margin: 0.3rem 0; padding-left: 1.2rem; }
code, pre { font: 0.9em ui-monospace, monospace; background: color-mix(in srgb, currentColor 8%, transparent); }
code { border-radius: 3px; padding: 0 0.2em; }
pre { overflow-x: auto; padding: 0.8rem; }
`.trimStart();

/**
 * A problem for people with a browser.
 * @param root the path from the page to the root of the service, as in \`../\`
 */
export function problemAsHtml(page: ProblemPage, root: string): string {
  const { title, type, statuses, meaning, action, repetition, calls, example } = page;
  const ofStatus = statuses.length > 0 ? `, status ${statuses.join(' or ')}` : '';
  return html(
    title,
    root,
    `<h1>${escape(title)}</h1>
<p><code>${escape(type)}</code>${ofStatus}</p>
<h2>What it means</h2>
<p>${inline(meaning)}</p>
<h2>What to do</h2>
<p>${inline(action)}</p>
<h2>May the same request be sent again?</h2>
<p>${inline(REPETITIONS[repetition])}</p>
<h2>Which calls answer with it</h2>
<p>${escape(whichCalls(page))}</p>
${list(
  calls.map(
    ({ method, path, summary, anchor }) =>
      `<a href="${root}docs${escape(anchor)}"><code>${method} ${escape(path)}</code></a> ${inline(summary)}`,
  ),
)}${example === null ? '' : `<h2>An example</h2>\n<pre>${escape(JSON.stringify(example, null, 2))}</pre>\n`}`,
  );
}

/** All of them, by code. */
export function problemsAsHtml(pages: Iterable<ProblemPage>, root: string): string {
  const items = [...pages].map(
    ({ code, title, meaning }) =>
      `<a href="${root}problems/${escape(code)}">${escape(title)}</a>: ${inline(meaning)}`,
  );
  return html('Problems', root, `<h1>Problems</h1>\n${list(items)}`);
}

/** The page of a code that no problem has. */
export const noSuchProblem = (root: string): string =>
  html(
    'No such problem',
    root,
    '<h1>No such problem</h1>\n<p>No problem of this service has this code.</p>\n',
  );

const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>\n${items.map((item) => `<li>${item}</li>\n`).join('')}</ul>\n`;

const html = (title: string, root: string, body: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escape(title)} · Earmark</title>
    <link rel="stylesheet" href="${root}problems/style.css">
  </head>
  <body>
<p><a href="${root}problems">All problems</a> · <a href="${root}docs">The API</a></p>
${body}  </body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);

/** Names stand between backticks. */
const inline = (text: string): string => escape(text).replace(/`([^`]+)`/g, '<code>$1</code>');
