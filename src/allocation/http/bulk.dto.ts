import { IntersectionType } from '@nestjs/swagger';
import { NewOrderPath } from './allocation.dto.js';
import { PutOrderBody } from './order.dto.js';
import { ReceiptPath, ReceiveBody, ShipBody, ShipmentPath } from './warehouse.dto.js';

/** Each is the body of a single call and the id in its path. */

export class OrderRow extends IntersectionType(NewOrderPath, PutOrderBody) {}
export class ReceiptRow extends IntersectionType(ReceiptPath, ReceiveBody) {}
export class ShipmentRow extends IntersectionType(ShipmentPath, ShipBody) {}
