import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { NotFound } from './not-found.js';
import { PageFailed } from './page-failed.js';
import { parseSearch, SEARCH, stringifySearch } from './search.js';
import { Shell } from './shell.js';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const under = { getParentRoute: () => root };

/** Every address of the console. */
const routes = [
  createRoute({
    ...under,
    path: '/',
    component: lazyRouteComponent(() => import('../pages/overview/overview-page.js'), 'OverviewPage'),
  }),
  createRoute({
    ...under,
    path: '/products',
    validateSearch: SEARCH.products,
    component: lazyRouteComponent(() => import('../pages/products/products-page.js'), 'ProductsPage'),
  }),
  createRoute({
    ...under,
    path: '/products/$sku',
    component: lazyRouteComponent(() => import('../pages/products/product-page.js'), 'ProductPage'),
  }),
  createRoute({
    ...under,
    path: '/batches',
    validateSearch: SEARCH.batches,
    component: lazyRouteComponent(() => import('../pages/batches/batches-page.js'), 'BatchesPage'),
  }),
  createRoute({
    ...under,
    path: '/batches/$reference',
    component: lazyRouteComponent(() => import('../pages/batches/batch-page.js'), 'BatchPage'),
  }),
  createRoute({
    ...under,
    path: '/movements',
    validateSearch: SEARCH.movements,
    component: lazyRouteComponent(() => import('../pages/movements/movements-page.js'), 'MovementsPage'),
  }),
  createRoute({
    ...under,
    path: '/orders',
    validateSearch: SEARCH.orders,
    component: lazyRouteComponent(() => import('../pages/orders/orders-page.js'), 'OrdersPage'),
  }),
  createRoute({
    ...under,
    path: '/orders/$orderId',
    component: lazyRouteComponent(() => import('../pages/orders/order-page.js'), 'OrderPage'),
  }),
  createRoute({
    ...under,
    path: '/backorders',
    validateSearch: SEARCH.backorders,
    component: lazyRouteComponent(() => import('../pages/backorders/backorders-page.js'), 'BackordersPage'),
  }),
  createRoute({
    ...under,
    path: '/promises',
    validateSearch: SEARCH.promises,
    component: lazyRouteComponent(() => import('../pages/promises/promises-page.js'), 'PromisesPage'),
  }),
  createRoute({
    ...under,
    path: '/import',
    component: lazyRouteComponent(() => import('../pages/import/import-page.js'), 'ImportPage'),
  }),
  createRoute({
    ...under,
    path: '/events',
    validateSearch: SEARCH.events,
    component: lazyRouteComponent(() => import('../pages/events/events-page.js'), 'EventsPage'),
  }),
  createRoute({
    ...under,
    path: '/notifications',
    validateSearch: SEARCH.notifications,
    component: lazyRouteComponent(
      () => import('../pages/notifications/notifications-page.js'),
      'NotificationsPage',
    ),
  }),
  createRoute({
    ...under,
    path: '/operations',
    component: lazyRouteComponent(() => import('../pages/operations/operations-page.js'), 'OperationsPage'),
  }),
  createRoute({
    ...under,
    path: '/operations/subscriptions/$name',
    component: lazyRouteComponent(
      () => import('../pages/operations/subscription-page.js'),
      'SubscriptionPage',
    ),
  }),
  createRoute({
    ...under,
    path: '/operations/webhooks/$id',
    component: lazyRouteComponent(() => import('../pages/operations/webhook-page.js'), 'WebhookPage'),
  }),
  createRoute({
    ...under,
    path: '/access',
    component: lazyRouteComponent(() => import('../pages/access/access-page.js'), 'AccessPage'),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([...routes]),
  basepath: '/console',
  parseSearch,
  stringifySearch,
  defaultErrorComponent: PageFailed,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
