const texts = new WeakMap<object, Buffer>();

/**
 * The JSON of an answer. Calls that ask the same at the same time get the same answer, an object that nobody changes, and
 * thus share its text: 300 answers of 10,000 batches would else be serialised, and held, 300 times.
 */
export function sharedJson(answer: object): Buffer {
  const known = texts.get(answer);
  if (known !== undefined) return known;
  const text = Buffer.from(JSON.stringify(answer));
  texts.set(answer, text);
  return text;
}
