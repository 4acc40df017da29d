import { GraphQl, type ErrorResult } from './graphql';
import type { Shop, ShopOrder, Variant } from './shop';
import { CARD } from './shop-server';

/** What became of a step: the state of the order, or why it was refused. */
export type Step = { readonly state: string } | { readonly refused: string };

/** A visitor who walks through the checkout of the shop, by the API that every storefront uses. */
export class Customer {
  readonly #api: GraphQl;
  #orderId: string | null = null;

  constructor(
    private readonly shop: Shop,
    private readonly lastName: string,
  ) {
    this.#api = new GraphQl(shop.shopApi);
  }

  /** What the page of a product says. */
  async sees({ id }: Variant): Promise<string> {
    const { products } = await this.#api.ask<{
      products: { items: { variants: { id: string; stockLevel: string }[] }[] };
    }>(
      `{ products(options: { take: 100, sort: { createdAt: DESC } }) { items { variants { id stockLevel } } } }`,
    );
    const variants = products.items.flatMap((product) => product.variants);
    return variants.find((variant) => variant.id === id)?.stockLevel ?? 'unknown';
  }

  async puts(variant: Variant, quantity = 1): Promise<Step> {
    return this.#step(
      `mutation ($id: ID!, $quantity: Int!) {
        result: addItemToOrder(productVariantId: $id, quantity: $quantity) {
          ... on Order { id state }
          ... on ErrorResult { errorCode message }
        }
      }`,
      { id: variant.id, quantity },
    );
  }

  async changes(quantity: number): Promise<Step> {
    const { activeOrder } = await this.#api.ask<{ activeOrder: { lines: { id: string }[] } }>(
      `{ activeOrder { lines { id } } }`,
    );
    return this.#step(
      `mutation ($id: ID!, $quantity: Int!) {
        result: adjustOrderLine(orderLineId: $id, quantity: $quantity) {
          ... on Order { id state }
          ... on ErrorResult { errorCode message }
        }
      }`,
      { id: activeOrder.lines[0]!.id, quantity },
    );
  }

  /** Says who they are, where to send it, and how. */
  async entersAddress(): Promise<void> {
    const emailAddress = `${this.lastName}-${Math.random().toString(36).slice(2)}@example.com`;
    await this.#step(
      `mutation ($input: CreateCustomerInput!) {
        result: setCustomerForOrder(input: $input) { ... on Order { id state } ... on ErrorResult { errorCode message } }
      }`,
      { input: { firstName: 'Ada', lastName: this.lastName, emailAddress } },
    );
    await this.#step(
      `mutation ($input: CreateAddressInput!) {
        result: setOrderShippingAddress(input: $input) { ... on Order { id state } ... on ErrorResult { errorCode message } }
      }`,
      {
        input: {
          fullName: `Ada ${this.lastName}`,
          streetLine1: 'Quay 1',
          city: 'Rotterdam',
          countryCode: 'NL',
        },
      },
    );
    const { eligibleShippingMethods } = await this.#api.ask<{ eligibleShippingMethods: { id: string }[] }>(
      `{ eligibleShippingMethods { id } }`,
    );
    await this.#step(
      `mutation ($ids: [ID!]!) {
        result: setOrderShippingMethod(shippingMethodId: $ids) {
          ... on Order { id state }
          ... on ErrorResult { errorCode message }
        }
      }`,
      { ids: [eligibleShippingMethods[0]!.id] },
    );
  }

  /** Puts it into the cart and goes on until only the payment is missing. */
  async fillsCart(variant: Variant, quantity = 1): Promise<this> {
    const step = await this.puts(variant, quantity);
    if ('refused' in step) throw new Error(step.refused);
    await this.entersAddress();
    return this;
  }

  /** One of each; the other one first for every second customer. */
  async fillsWithBoth(one: Variant, other: Variant, i: number): Promise<this> {
    await this.puts(i % 2 === 0 ? one : other);
    return this.fillsCart(i % 2 === 0 ? other : one);
  }

  goesToPayment(): Promise<Step> {
    return this.#moves('ArrangingPayment');
  }

  goesBackToCart(): Promise<Step> {
    return this.#moves('AddingItems');
  }

  async pays(method = CARD): Promise<Step> {
    return this.#step(
      `mutation ($input: PaymentInput!) {
        result: addPaymentToOrder(input: $input) {
          ... on Order { id state }
          ... on ErrorResult { errorCode message }
          ... on PaymentDeclinedError { paymentErrorMessage }
        }
      }`,
      { input: { method, metadata: {} } },
    );
  }

  /** All that is left to do with a full cart. */
  async checksOut(): Promise<Step> {
    const step = await this.goesToPayment();
    return 'refused' in step ? step : this.pays();
  }

  /** Their order, as the administrator sees it. */
  async order(): Promise<ShopOrder> {
    if (this.#orderId === null) throw new Error(`${this.lastName} has no order.`);
    return this.shop.order(this.#orderId);
  }

  #moves(state: string): Promise<Step> {
    return this.#step(
      `mutation ($state: String!) {
        result: transitionOrderToState(state: $state) {
          ... on Order { id state }
          ... on OrderStateTransitionError { errorCode message transitionError }
        }
      }`,
      { state },
    );
  }

  async #step(mutation: string, variables: object): Promise<Step> {
    const { result } = await this.#api.ask<{
      result: {
        id?: string;
        state?: string;
        transitionError?: string;
        paymentErrorMessage?: string;
      } & ErrorResult;
    }>(mutation, variables);
    if (result.errorCode !== undefined)
      return {
        refused: result.transitionError ?? result.paymentErrorMessage ?? result.message ?? result.errorCode,
      };
    this.#orderId = result.id ?? this.#orderId;
    return { state: result.state ?? '' };
  }
}

/** So many customers with the same cart, each ready to pay. */
export async function crowd(
  shop: Shop,
  size: number,
  fill: (customer: Customer, i: number) => Promise<unknown>,
) {
  const customers = Array.from({ length: size }, (_, i) => new Customer(shop, `customer-${i + 1}`));
  // A few at a time: this is not what is to be shown.
  for (let i = 0; i < size; i += 4)
    await Promise.all(customers.slice(i, i + 4).map((customer, j) => fill(customer, i + j)));
  return customers;
}

export const isPlaced = (step: Step): boolean => 'state' in step && step.state === 'PaymentSettled';
export const refusalOf = (step: Step): string => ('refused' in step ? step.refused : '');
