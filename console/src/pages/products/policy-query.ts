import type { PolicyBody } from '@earmark/client';
import { apiQuery } from '../../data/api-query.js';
import { earmark } from '../../data/earmark.js';

export const policyQuery = (sku: string) =>
  apiQuery<PolicyBody>('policy.find', { sku }, (signal) => earmark.policy.find({ path: { sku }, signal }));
