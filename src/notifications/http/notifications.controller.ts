import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiTag } from '../../shared/http/api-tag.js';
import { Needs } from '../../shared/http/needs.js';
import { page, type Page } from '../../shared/http/paging.js';
import { ListNotifications, type NotificationAnswer } from '../queries/list-notifications.js';
import { ListNotificationsQuery, NotificationPageBody } from './notification.dto.js';

@ApiTag('notifications', 'The mails to the buyers.')
@Controller('v1/notifications')
export class NotificationsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Needs('read')
  @ApiOperation({
    summary: 'The mails to the buyers, and whether they got through',
    description: 'Who was written what about which SKU, the newest last. `sku` selects those about one SKU.',
  })
  @ApiOkResponse({ type: NotificationPageBody, description: 'A page of the mails' })
  async list(
    @Query() { sku, after, limit }: ListNotificationsQuery,
  ): Promise<Page<NotificationAnswer, number>> {
    const notifications = await this.queries.execute(new ListNotifications(sku, after, limit + 1));
    return page(notifications, limit, ({ position }) => position);
  }
}
