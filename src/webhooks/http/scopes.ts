/** Everything about webhooks, also to see them: a caller that may add one can have every event sent anywhere. */
export const WEBHOOKS_WRITE = 'webhooks:write';
