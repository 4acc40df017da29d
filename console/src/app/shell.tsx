import { useQuery } from '@tanstack/react-query';
import { lazyRouteComponent, Link, Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { startFeed, stopFeed, useFeed, type FeedState } from '../data/live-feed.js';
import { infoQuery, sessionQuery, signOut } from '../data/session.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import { Loading, ProblemNotice } from '../ui/notice.js';
import { PAGE_REGION } from '../ui/page-focus.js';
import { sayFailed } from '../ui/toasts.js';
import { useFocusOnNavigation } from './focus-on-navigation.js';
import { GROUPS, PLACES } from './places.js';
import { KeyList, useShortcuts } from './shortcuts.js';
import { signInAddress } from './sign-in-address.js';
import { chooseTheme, useTheme } from './theme.js';

// The first page needs neither.
const SignIn = lazyRouteComponent(() => import('./sign-in.js'), 'SignIn');
const Palette = lazyRouteComponent(() => import('./palette.js'), 'Palette');

const PALETTE_DELAY_MS = 1_000;

/** What is around every page: the navigation, the search and the state of the live feed; or the sign-in instead. */
export function Shell() {
  const session = useQuery(sessionQuery);
  if (session.data === undefined)
    return (
      <Waiting>
        {session.error && <ProblemNotice error={session.error} onRetry={() => void session.refetch()} />}
      </Waiting>
    );
  if (!session.data.isSecured || session.data.signedIn) return <SignedIn />;
  return (
    <Suspense fallback={<Waiting />}>
      <SignIn session={session.data} />
    </Suspense>
  );
}

/** @param children in place of what says that something is loaded */
function Waiting({ children }: { readonly children?: ReactNode }) {
  return <main className="mx-auto max-w-md p-6">{children ?? <Loading rows={3} />}</main>;
}

function SignedIn() {
  const [isNavOpen, setNavOpen] = useState(false);
  const navSwitch = useRef<HTMLButtonElement>(null);
  const shortcuts = useShortcuts();
  useFocusOnNavigation();
  const { history } = useRouter();
  const { failure, page } = signInAddress(useLocation().publicHref);
  // The failure of a sign-in that has ended well since, e.g. in another window.
  useEffect(() => {
    if (failure !== null) history.replace(page);
  }, [failure, page, history]);
  useEffect(() => {
    startFeed();
    return stopFeed;
  }, []);
  // The first page does not wait for it, and who searches does not either.
  useEffect(() => {
    const timer = setTimeout(() => void Palette.preload?.(), PALETTE_DELAY_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="flex min-h-screen">
      <a
        href={`#${PAGE_REGION}`}
        className="sr-only z-50 rounded bg-surface p-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <div
        className={classes(
          'w-56 shrink-0 border-r border-edge bg-surface',
          'max-nav:fixed max-nav:inset-y-0 max-nav:left-0 max-nav:z-30 max-nav:shadow-2xl',
          !isNavOpen && 'max-nav:hidden',
        )}
      >
        {/* On a narrow screen it covers the page that was chosen. */}
        <Navigation onChoice={() => setNavOpen(false)} />
      </div>
      {isNavOpen && (
        <button
          aria-label="Close the navigation"
          className="fixed inset-0 z-20 bg-black/40 nav:hidden"
          onClick={() => {
            navSwitch.current?.focus();
            setNavOpen(false);
          }}
        />
      )}
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="sticky top-0 z-10 flex h-12 items-center gap-2 border-b border-edge bg-surface px-3 sm:px-5">
          <Button
            ref={navSwitch}
            kind="quiet"
            className="px-2 nav:hidden"
            aria-label="Navigation"
            aria-expanded={isNavOpen}
            onClick={() => setNavOpen(!isNavOpen)}
          >
            ☰
          </Button>
          <button
            onClick={shortcuts.openPalette}
            className="flex h-8 min-w-0 flex-1 items-center justify-between gap-3 rounded-md border border-edge-strong bg-sunken px-3 text-muted sm:max-w-sm"
          >
            <span className="truncate">Search SKUs, orders, batches</span>
            <kbd className="rounded border border-edge-strong px-1.5 text-xs max-sm:hidden">/</kbd>
          </button>
          <span className="flex-1 max-sm:hidden" />
          <FeedBadge />
          <ThemeSwitch />
          <Account />
        </header>
        <main id={PAGE_REGION} tabIndex={-1} className="min-w-0 flex-1 outline-none">
          <Outlet />
        </main>
      </div>
      <Suspense>{shortcuts.isPaletteOpen && <Palette onClose={shortcuts.close} />}</Suspense>
      <KeyList isOpen={shortcuts.isKeyListOpen} onClose={shortcuts.close} />
    </div>
  );
}

function Navigation({ onChoice }: { readonly onChoice: () => void }) {
  const { data } = useQuery(infoQuery);
  return (
    <nav aria-label="Pages" className="sticky top-0 flex h-screen flex-col overflow-y-auto px-3 py-3">
      <Link to="/" onClick={onChoice} className="mb-4 flex items-center gap-2 px-2 text-lg font-semibold">
        <img src="/console/icon.svg" alt="" className="size-6" />
        Earmark
      </Link>
      {GROUPS.map((group) => (
        <div key={group} className="mb-4">
          <p className="px-2 pb-1 text-xs font-medium text-muted">{group}</p>
          <ul>
            {PLACES.filter((place) => place.group === group).map(({ to, name }) => (
              <li key={to}>
                <Link
                  to={to}
                  onClick={onChoice}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  className="block rounded-md px-2 py-1.5 hover:bg-sunken"
                  activeProps={{
                    className: 'bg-accent-soft font-semibold text-accent-text',
                    'aria-current': 'page',
                  }}
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <p className="mt-auto flex flex-col gap-1 px-2 text-xs text-muted">
        <a href="/docs/" className="hover:underline">
          API
        </a>
        {data && `Version ${data.version}`}
      </p>
    </nav>
  );
}

const FEED: Readonly<Record<FeedState, readonly [text: string, dot: string, says: string]>> = {
  connecting: ['Connecting', 'bg-warn', 'The live feed is being opened'],
  live: ['Live', 'bg-good', 'What is shown follows the events as they happen'],
  lost: ['Offline', 'bg-bad', 'The live feed is lost; it is tried again by itself'],
  refused: ['Not live', 'bg-bad', 'The service refuses the live feed; reload the page to try again'],
};

function FeedBadge() {
  const [text, dot, says] = FEED[useFeed().state];
  return (
    <span
      role="status"
      title={says}
      className="inline-flex items-center gap-1.5 px-1 text-xs whitespace-nowrap text-muted"
    >
      <span aria-hidden className={classes('size-2 rounded-full', dot)} />
      {text}
    </span>
  );
}

const NEXT_THEME = { system: 'light', light: 'dark', dark: 'system' } as const;
const THEME_ICON = { system: '◐', light: '☀', dark: '☾' } as const;

function ThemeSwitch() {
  const theme = useTheme();
  return (
    <Button
      kind="quiet"
      className="px-2"
      aria-label={`Theme: ${theme}. Change to ${NEXT_THEME[theme]}`}
      title={`Theme: ${theme}`}
      onClick={() => chooseTheme(NEXT_THEME[theme])}
    >
      {THEME_ICON[theme]}
    </Button>
  );
}

function Account() {
  const { data } = useQuery(infoQuery);
  if (!data || data.caller.kind === 'loopback') return null;
  return (
    <span className="inline-flex items-center gap-2">
      <span className="max-w-32 truncate text-muted max-sm:hidden" title={data.caller.scopes.join(', ')}>
        {data.caller.name}
      </span>
      <Button onClick={() => void signOut().catch(sayFailed)}>Sign out</Button>
    </span>
  );
}
