import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '../../shared/http/needs.js';
import { page, type Page } from '../../shared/http/paging.js';
import { ListNotifications, type NotificationAnswer } from '../queries/list-notifications.js';
import { ListNotificationsQuery, NotificationPageBody } from './notification.dto.js';

@ApiTags('notifications')
@Controller('v1/notifications')
export class NotificationsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'Who was told what about which SKU, and whether it got through; the newest last' })
  @ApiOkResponse({ type: NotificationPageBody })
  async list(
    @Query() { sku, after, limit }: ListNotificationsQuery,
  ): Promise<Page<NotificationAnswer, number>> {
    const notifications = await this.queries.execute(new ListNotifications(sku, after, limit + 1));
    return page(notifications, limit, ({ position }) => position);
  }
}
