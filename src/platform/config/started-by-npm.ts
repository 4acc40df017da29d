/** The scripts of package.json by which npm itself is our parent: on Windows, whatever `exec` is there. */
const SCRIPTS = new Set(['start', 'cli']);

/** Whether a script of npm, of whichever project, has started this process. */
export function runsInNpmScript(environment: NodeJS.ProcessEnv = process.env): boolean {
  return 'npm_lifecycle_event' in environment;
}

/** Whether npm, or npx, has started this process as our own package says. */
export function isStartedByNpm(
  {
    npm_package_name: project,
    npm_lifecycle_event: event = '',
    npm_lifecycle_script: script = '',
  }: NodeJS.ProcessEnv = process.env,
): boolean {
  // npx puts a shell in between, which ends in our place.
  return (project === 'earmark' && SCRIPTS.has(event)) || (event === 'npx' && /\bearmark\b/.test(script));
}
