/** See the recipients of notifications. */
export const NOTIFICATIONS_READ = 'notifications:read';
