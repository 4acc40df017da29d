/** The pages that the navigation, the palette and the shortcuts lead to. `key`: after `g`. */
export const PLACES = [
  { to: '/', name: 'Overview', key: 'o', group: 'Stock' },
  { to: '/products', name: 'Products', key: 'p', group: 'Stock' },
  { to: '/batches', name: 'Batches', key: 'b', group: 'Stock' },
  { to: '/movements', name: 'Movements', key: 'm', group: 'Stock' },
  { to: '/orders', name: 'Orders', key: 'r', group: 'Orders' },
  { to: '/backorders', name: 'Backorders', key: 'q', group: 'Orders' },
  { to: '/promises', name: 'Promises at risk', key: 'l', group: 'Orders' },
  { to: '/import', name: 'Import', key: 'i', group: 'Orders' },
  { to: '/events', name: 'Events', key: 'e', group: 'Service' },
  { to: '/notifications', name: 'Notifications', key: 'n', group: 'Service' },
  { to: '/operations', name: 'Operations', key: 's', group: 'Service' },
  { to: '/access', name: 'Access', key: 'a', group: 'Service' },
] as const;

export const GROUPS = ['Stock', 'Orders', 'Service'] as const;
