import { Controller, Get, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiTag } from '../../platform/http/openapi/api-tag.js';
import { RequiresScope } from '../../platform/http/openapi/requires-scope.js';
import { page, type Page } from '../../platform/http/dto/paging.js';
import { ListNotifications, type NotificationAnswer } from '../queries/list-notifications.js';
import { ListNotificationsQuery, NotificationPageBody } from './notification.dto.js';
import { NOTIFICATIONS_READ } from './scopes.js';

/** What callers see if they may not read a recipient or an error. Older clients expect an address. */
const HIDDEN_RECIPIENT = 'hidden@earmark.invalid';
const HIDDEN_ERROR = 'The mail server has not taken it; an operator can see why.';

@ApiTag('notifications', 'The alerts that buyers get by mail.')
@Controller('v1/notifications')
export class NotificationsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequiresScope('read', NOTIFICATIONS_READ, 'admin')
  @ApiOperation({
    summary: 'List the alerts to the buyers, and whether they were sent',
    description:
      'Oldest first. `sku` selects the alerts about one SKU. Callers with the scope `notifications:read` or `admin` ' +
      'see recipients; callers with `admin` see the answers of the mail server.',
  })
  @ApiOkResponse({ type: NotificationPageBody, description: 'A page of the alerts' })
  async list(
    @Query() { sku, after, limit }: ListNotificationsQuery,
    @Req() { caller }: FastifyRequest,
  ): Promise<Page<NotificationAnswer, number>> {
    const notifications = await this.queries.execute(new ListNotifications(sku, after, limit + 1));
    const shown = notifications.map((notification) => viewFor(caller, notification));
    return page(shown, limit, ({ position }) => position);
  }
}

function viewFor({ scopes }: FastifyRequest['caller'], notification: NotificationAnswer): NotificationAnswer {
  const isOperator = scopes.includes('admin');
  const { to, error } = notification;
  return {
    ...notification,
    to: isOperator || scopes.includes(NOTIFICATIONS_READ) ? to : HIDDEN_RECIPIENT,
    error: isOperator || error === null ? error : HIDDEN_ERROR,
  };
}
