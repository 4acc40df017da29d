import { ApiTags, type OpenAPIObject } from '@nestjs/swagger';

const descriptions = new Map<string, string>();

/**
 * Puts the calls of a controller under a tag of the API document.
 * @param description of the tag; one of the controllers that share a tag gives it
 */
export function ApiTag(name: string, description?: string): ClassDecorator {
  if (description !== undefined) descriptions.set(name, description);
  return ApiTags(name);
}

/** The tags of the calls in a document, by name. */
export function tagsIn({ paths }: OpenAPIObject): { name: string; description: string }[] {
  const used = Object.values(paths).flatMap((operations) =>
    Object.values(operations as Record<string, { tags?: string[] }>).flatMap(({ tags = [] }) => tags),
  );
  return [...new Set(used)].sort().map((name) => ({ name, description: descriptions.get(name) ?? name }));
}
