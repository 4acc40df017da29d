import type { EventType, WebhookBody } from '@earmark/client';
import { fieldError } from '../../data/field-errors.js';
import { EventTypesField } from '../../ui/event-types-field.js';
import { CheckField, SelectField, TextAreaField, TextField } from '../../ui/field.js';
import { skusOf } from './webhook-words.js';

/** What is typed about a webhook. */
export interface WebhookDraft {
  readonly url: string;
  readonly hasAllTypes: boolean;
  readonly types: readonly EventType[];
  /** One SKU a line; empty: all. */
  readonly skus: string;
  readonly format: WebhookBody['format'];
}

export const NEW_WEBHOOK: WebhookDraft = {
  url: '',
  hasAllTypes: true,
  types: [],
  skus: '',
  format: 'standard',
};

export const draftOf = ({ url, types, skus, format }: WebhookBody): WebhookDraft => ({
  url,
  hasAllTypes: types.includes('*'),
  types: types.filter((type): type is EventType => type !== '*'),
  skus: skus?.join('\n') ?? '',
  format,
});

export const bodyOf = ({ url, hasAllTypes, types, skus, format }: WebhookDraft) => ({
  url: url.trim(),
  types: hasAllTypes ? (['*'] as ['*']) : [...types],
  skus: skusOf(skus),
  format,
});

/** The fields that say themselves what is wrong with them. */
export const WEBHOOK_FIELDS = ['url', 'types', 'skus'];

export function WebhookFields({
  draft,
  error,
  onChange,
}: {
  readonly draft: WebhookDraft;
  readonly error: Error | null;
  readonly onChange: (draft: WebhookDraft) => void;
}) {
  const typesError = fieldError(error, 'types');
  return (
    <>
      <TextField
        autoFocus
        required
        type="url"
        label="Address"
        placeholder="https://shop.example.com/hooks/earmark"
        hint="It begins with https:// and is public; an operator can allow others."
        value={draft.url}
        error={fieldError(error, 'url')}
        onChange={({ target }) => onChange({ ...draft, url: target.value })}
      />
      <div className="flex flex-col gap-1">
        <p className="font-medium">Events</p>
        <CheckField
          label="All types, also those that later versions add"
          checked={draft.hasAllTypes}
          onChange={({ target }) => onChange({ ...draft, hasAllTypes: target.checked })}
        />
        {!draft.hasAllTypes && (
          <div className="max-h-52 overflow-y-auto rounded-md border border-edge p-2">
            <EventTypesField chosen={draft.types} onChange={(types) => onChange({ ...draft, types })} />
          </div>
        )}
        {typesError !== undefined && <p className="text-xs font-medium text-bad">{typesError}</p>}
      </div>
      <TextAreaField
        label="SKUs"
        rows={2}
        hint="One a line; all of them if it is left empty."
        value={draft.skus}
        error={fieldError(error, 'skus')}
        onChange={({ target }) => onChange({ ...draft, skus: target.value })}
      />
      <SelectField
        label="Format"
        value={draft.format}
        onChange={({ target }) => onChange({ ...draft, format: target.value as WebhookBody['format'] })}
      >
        <option value="standard">Standard Webhooks</option>
        <option value="cloudevents">CloudEvents 1.0</option>
      </SelectField>
    </>
  );
}

/** Whether it can be sent. */
export const isComplete = ({ url, hasAllTypes, types }: WebhookDraft): boolean =>
  url.trim() !== '' && (hasAllTypes || types.length > 0);
