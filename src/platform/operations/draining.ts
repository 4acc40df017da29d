import { Injectable } from '@nestjs/common';

/**
 * The time between the request to stop and the stop. Calls are served as before, but `/health/ready` answers 503, so that
 * load balancers send the next calls elsewhere. Otherwise a call that is on its way when the server closes is lost.
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
