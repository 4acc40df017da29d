import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Empty } from '../../ui/notice.js';

/** A list that can be read on. */
export interface More {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

interface NoneSoFarProps {
  readonly title: string;
  readonly more: More;
  /** What the button says that reads on. */
  readonly action: string;
  /** Other buttons. */
  readonly children?: ReactNode;
}

/** In place of a list of which none matches so far, though it was not read to its end. */
export function NoneSoFar({ title, more, action, children }: NoneSoFarProps) {
  return (
    <Empty
      title={title}
      action={
        <>
          <Button isBusy={more.isFetchingNextPage} onClick={() => void more.fetchNextPage()}>
            {action}
          </Button>
          {children}
        </>
      }
    />
  );
}
