import { storyOf, type Known, type Sentence, type StoryEvent, type StoryPart } from '../data/event-story.js';
import { DateText } from './figures.js';
import { BatchLink, OrderLink, ProductLink } from './links.js';

const AT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** A sentence whose codes are links and whose days are told in words if they are near. */
export function SentenceText({ of }: { readonly of: Sentence }) {
  return of.map((part, index) => <Part key={index} of={part} />);
}

function Part({ of }: { readonly of: StoryPart }) {
  if (typeof of === 'string') return of;
  switch (of.kind) {
    case 'order':
      return <OrderLink orderId={of.value} />;
    case 'batch':
      return <BatchLink reference={of.value} />;
    case 'product':
      return <ProductLink sku={of.value} />;
    case 'date':
      return <DateText date={of.value} />;
    case 'time':
      return <time dateTime={of.value}>{AT.format(Date.parse(of.value))}</time>;
  }
}

/** An event as a sentence, and which batches were passed over and why. */
export function EventStory({ of, known }: { readonly of: StoryEvent; readonly known?: Known }) {
  const { sentence, why } = storyOf(of, known);
  return (
    <>
      <SentenceText of={sentence} />
      {why.length > 0 && (
        <span className="block text-muted">
          <SentenceText of={why} />
        </span>
      )}
    </>
  );
}
