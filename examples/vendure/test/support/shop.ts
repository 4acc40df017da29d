import { join } from 'node:path';
import type { EarmarkOptions } from '../../src';
import { Child } from './child';
import type { Customer } from './customer';
import { GraphQl, type ErrorResult } from './graphql';
import { freePort } from './ports';
import { ADMIN, type ShopSettings } from './shop-server';

const PROGRAM = join(__dirname, 'shop-server.js');
/** A test says nothing about a shop to the makers of Vendure. */
const QUIET = { VENDURE_DISABLE_TELEMETRY: 'true' };

export interface ShopOrder {
  readonly id: string;
  readonly code: string;
  readonly state: string;
  readonly active: boolean;
  readonly lines: readonly { readonly id: string; readonly quantity: number; readonly sku: string }[];
  readonly payments: readonly {
    readonly id: string;
    readonly state: string;
    readonly errorMessage: string | null;
  }[];
  readonly notes: readonly string[];
}

export interface Variant {
  readonly id: string;
  readonly sku: string;
}

/** A Vendure server in a process of its own, and its administrator. */
export class Shop {
  readonly shopApi: string;
  #child: Child | null = null;
  #admin!: GraphQl;
  #toldToRunAt = 0;

  private constructor(private readonly settings: ShopSettings) {
    this.shopApi = `http://127.0.0.1:${settings.port}/shop-api`;
  }

  /** @param earmark null: Vendure alone */
  static async open(databaseUrl: string, earmark: EarmarkOptions | null): Promise<Shop> {
    const shop = new Shop({ port: await freePort(), databaseUrl, earmark });
    await shop.reopen();
    return shop;
  }

  async reopen(): Promise<void> {
    const child = new Child(PROGRAM, { SHOP: JSON.stringify(this.settings), ...QUIET }, __dirname);
    this.#child = child;
    await child.ready(() => Promise.resolve(child.lastWords.includes('The shop is open.')));
    this.#admin = new GraphQl(`http://127.0.0.1:${this.settings.port}/admin-api`);
    await this.#admin.ask(
      `mutation ($identifier: String!, $password: String!) {
        login(username: $identifier, password: $password) { ... on CurrentUser { id } ... on ErrorResult { errorCode } }
      }`,
      ADMIN,
    );
  }

  /** Until its process has died by itself. */
  async died(): Promise<void> {
    await this.#child?.ended();
  }

  async close(): Promise<void> {
    await this.#child?.end();
  }

  get lastWords(): string {
    return this.#child?.lastWords ?? '';
  }

  /** A product with one variant. */
  async addProduct(name: string, sku: string, stockOnHand = 0): Promise<Variant> {
    const translations = [{ languageCode: 'en', name, slug: sku.toLowerCase(), description: '' }];
    const { createProduct } = await this.#admin.ask<{ createProduct: { id: string } }>(
      `mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }`,
      { input: { enabled: true, translations } },
    );
    const variant = {
      productId: createProduct.id,
      sku,
      price: 1000,
      stockOnHand,
      trackInventory: 'TRUE',
      translations: [{ languageCode: 'en', name }],
    };
    const { createProductVariants } = await this.#admin.ask<{ createProductVariants: { id: string }[] }>(
      `mutation ($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }`,
      { input: [variant] },
    );
    return { id: createProductVariants[0]!.id, sku };
  }

  /** How many units Vendure says are allocated to orders. */
  async allocated({ id }: Variant): Promise<number> {
    const { productVariant } = await this.#admin.ask<{
      productVariant: { stockLevels: { stockAllocated: number }[] };
    }>(`query ($id: ID!) { productVariant(id: $id) { stockLevels { stockAllocated } } }`, { id });
    return productVariant.stockLevels.reduce((sum, { stockAllocated }) => sum + stockAllocated, 0);
  }

  async order(id: string): Promise<ShopOrder> {
    const { order } = await this.#admin.ask<{
      order: Omit<ShopOrder, 'lines' | 'notes'> & {
        lines: { id: string; quantity: number; productVariant: { sku: string } }[];
        history: { items: { type: string; data: { note?: string } }[] };
      };
    }>(
      `query ($id: ID!) {
        order(id: $id) {
          id code state active
          lines { id quantity productVariant { sku } }
          payments { id state errorMessage }
          history(options: { take: 100 }) { items { type data } }
        }
      }`,
      { id },
    );
    return {
      ...order,
      lines: order.lines.map(({ productVariant, ...line }) => ({ ...line, sku: productVariant.sku })),
      notes: order.history.items.flatMap(({ type, data }) =>
        type === 'ORDER_NOTE' ? [data.note ?? ''] : [],
      ),
    };
  }

  /** The money of an authorised payment has come. */
  async settle({ payments }: ShopOrder): Promise<void> {
    await this.#mutate(
      `mutation ($id: ID!) { result: settlePayment(id: $id) { ... on ErrorResult { errorCode message } } }`,
      { id: payments[0]!.id },
    );
  }

  /** Without `units`, all of the order. */
  async cancel(order: ShopOrder, units?: number): Promise<void> {
    await this.#mutate(
      `mutation ($input: CancelOrderInput!) {
        result: cancelOrder(input: $input) { ... on ErrorResult { errorCode message } }
      }`,
      { input: { orderId: order.id, ...(units !== undefined && { lines: linesOf(order, units) }) } },
    );
  }

  /** Sends so many units of each line. */
  async fulfill(order: ShopOrder, units: number): Promise<string> {
    const handler = {
      code: 'manual-fulfillment',
      arguments: [
        { name: 'method', value: 'parcel' },
        { name: 'trackingCode', value: '3S' },
      ],
    };
    const { id } = await this.#mutate<{ id: string }>(
      `mutation ($input: FulfillOrderInput!) {
        result: addFulfillmentToOrder(input: $input) {
          ... on Fulfillment { id }
          ... on ErrorResult { errorCode message }
        }
      }`,
      { input: { lines: linesOf(order, units), handler } },
    );
    return id;
  }

  async moveFulfillment(id: string, state: string): Promise<void> {
    await this.#mutate(
      `mutation ($id: ID!, $state: String!) {
        result: transitionFulfillmentToState(id: $id, state: $state) { ... on ErrorResult { errorCode message } }
      }`,
      { id, state },
    );
  }

  async moveOrder({ id }: ShopOrder, state: string): Promise<void> {
    await this.#mutate(
      `mutation ($id: ID!, $state: String!) {
        result: transitionOrderToState(id: $id, state: $state) {
          ... on OrderStateTransitionError { errorCode message: transitionError }
        }
      }`,
      { id, state },
    );
  }

  /** Makes the quantity of its only line another one. */
  async modify({ id, lines, payments }: ShopOrder, quantity: number, dryRun = false): Promise<void> {
    const adjustOrderLines = [{ orderLineId: lines[0]!.id, quantity }];
    const refunds = payments.map((payment) => ({ paymentId: payment.id, amount: 0 }));
    await this.#mutate(
      `mutation ($input: ModifyOrderInput!) {
        result: modifyOrder(input: $input) { ... on ErrorResult { errorCode message } }
      }`,
      { input: { dryRun, orderId: id, adjustOrderLines, refunds } },
    );
  }

  /** Gives the customer of an order another last name. */
  async rename(customer: Customer, lastName: string): Promise<void> {
    const { id } = await customer.order();
    const { order } = await this.#admin.ask<{ order: { customer: { id: string } } }>(
      `query ($id: ID!) { order(id: $id) { customer { id } } }`,
      { id },
    );
    await this.#admin.ask(
      `mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { ... on Customer { id } } }`,
      { input: { id: order.customer.id, lastName } },
    );
  }

  /** Whether a task has run since it was last told to. */
  async hasRun(id: string): Promise<boolean> {
    const { scheduledTasks } = await this.#admin.ask<{
      scheduledTasks: { id: string; isRunning: boolean; lastExecutedAt: string | null }[];
    }>(`{ scheduledTasks { id isRunning lastExecutedAt } }`);
    const task = scheduledTasks.find((each) => each.id === id);
    return task !== undefined && !task.isRunning && Date.parse(task.lastExecutedAt ?? '') > this.#toldToRunAt;
  }

  async runTask(id: string): Promise<void> {
    this.#toldToRunAt = Date.now();
    await this.#admin.ask(`mutation ($id: String!) { runScheduledTask(id: $id) { success } }`, { id });
  }

  /** Jobs of the plugin that have ended, with what they say they did. */
  async jobResults(): Promise<string[]> {
    const { jobs } = await this.#admin.ask<{ jobs: { items: { result: string | null }[] } }>(
      `{ jobs(options: { filter: { queueName: { eq: "earmark-order" } }, take: 100 }) { items { result } } }`,
    );
    return jobs.items.flatMap(({ result }) => (result === null ? [] : [result]));
  }

  /** @throws {Error} that begins with the code of the error, if Vendure refuses */
  async #mutate<T = unknown>(mutation: string, variables: object): Promise<T> {
    const { result } = await this.#admin.ask<{ result: (T & ErrorResult) | null }>(mutation, variables);
    if (result?.errorCode) throw new Error(`${result.errorCode}: ${result.message}`);
    return result as T;
  }
}

function linesOf({ lines }: ShopOrder, units: number) {
  return lines.map(({ id }) => ({ orderLineId: id, quantity: units }));
}
