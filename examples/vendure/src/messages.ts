/** What customers and administrators read. A shop adds other languages by `I18nService.addTranslation`. */
export const MESSAGES = {
  message: {
    'earmark-out-of-stock': 'Not enough stock: { products }.',
    'earmark-unavailable':
      'The stock cannot be checked at the moment, so the order cannot be paid yet. Please try again in a minute.',
    'earmark-placed': 'The order is placed already.',
    'earmark-paid': 'The order is paid, and is placed as soon as its stock is confirmed.',
    'earmark-refused': 'The stock of this order cannot be reserved: { reason }',
  },
};
