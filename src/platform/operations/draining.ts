import { Injectable } from '@nestjs/common';

/**
 * The time between the wish to stop and the stop: calls are served as before, while `/health/ready` tells load
 * balancers to send the next ones elsewhere. Without it, a call is lost that was on its way when the door closed.
 */
@Injectable()
export class Draining {
  #hasBegun = false;

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  begin(): void {
    this.#hasBegun = true;
  }
}
