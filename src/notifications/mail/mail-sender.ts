import { Inject, Injectable } from '@nestjs/common';
import { errorMessage } from '../../kernel/lifecycle/error-message.js';
import { settleAll } from '../../kernel/domain/settle-all.js';
import { backOff } from '../../kernel/lifecycle/back-off.js';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { NOTIFICATION_SETTINGS, type NotificationSettings } from '../settings/notification-settings.js';
import { MailQueue, type ClaimedMail } from '../persistence/mail-queue.js';
import { MailMetrics } from './mail-metrics.js';
import { MailDeferred, MailRefused, MailTransport } from './mail-transport.js';

/** How often an empty queue is checked. */
const POLL_MS = 250;
/** Mails that are sent at the same time. */
const AT_ONCE = 4;
/** How long the server may take for a mail. */
const SEND_MS = 60_000;
/** Longer than the server may take: another instance takes the mail only if this one has died. */
const LEASE_MS = 2 * SEND_MS;
/** How long a shutdown waits for mails that are being sent. */
const GRACE_MS = 2_000;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 2 * 60_000;

/**
 * Takes due mails out of the queue and sends them, in every instance of the service. No transaction is open while it
 * waits for the mail server. If the process dies while it sends a mail, the mail is sent again under the same id.
 */
@Injectable()
export class MailSender extends PeriodicJob {
  readonly #queue: MailQueue;
  readonly #transport: MailTransport;
  readonly #from: string;
  readonly #metrics: MailMetrics;
  readonly #end = new AbortController();
  /** Runs in a row in which the mail server took no mail. */
  #failures = 0;

  constructor(
    queue: MailQueue,
    transport: MailTransport,
    @Inject(NOTIFICATION_SETTINGS) { alertFrom }: NotificationSettings,
    @Inject(PROCESS_CONTEXT) context: ProcessContext,
    metrics: MailMetrics,
  ) {
    super(context, { name: 'mail', everyMs: POLL_MS, recordsEvents: false, failure: 'Cannot send mail' });
    this.#metrics = metrics;
    this.#queue = queue;
    this.#transport = transport;
    this.#from = alertFrom;
  }

  override async stop(): Promise<void> {
    const grace = setTimeout(() => this.#end.abort(), GRACE_MS);
    await super.stop();
    clearTimeout(grace);
  }

  protected override async run(): Promise<number> {
    try {
      await this.#queue.compose();
      // While the server is down, one mail is enough to find out whether it is back.
      const mails = await this.#queue.claim(this.#failures > 0 ? 1 : AT_ONCE, LEASE_MS);
      await settleAll(...mails.map((mail) => this.#send(mail)));
      if (mails.length === 0) return POLL_MS;
      if (this.#failures > 0) this.logger.log('Mails can be sent again');
      this.#failures = 0;
      return 0;
    } catch (error) {
      this.#failures++;
      if (this.#failures === 1) this.logger.warn(`Cannot send mail, retrying: ${errorMessage(error)}`);
      return backOff(this.#failures - 1, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    }
  }

  /** Resolves once the mail is sent, delayed or refused; rejects if the server would take no mail. */
  async #send(mail: ClaimedMail): Promise<void> {
    const { id, recipient: to, subject, body: text, createdAt: date, attempts } = mail;
    try {
      const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(SEND_MS)]);
      await this.#transport.send({ id, from: this.#from, to, subject, text, date }, signal);
    } catch (error) {
      const words = errorMessage(error);
      this.#metrics.count(error instanceof MailRefused ? 'refused' : 'delayed');
      if (error instanceof MailRefused) {
        this.logger.warn(`The mail server rejected a mail to ${to} permanently: ${words}`);
        return this.#queue.refused(mail, words);
      }
      if (error instanceof MailDeferred) {
        if (attempts === 1) this.logger.warn(`The mail server deferred a mail to ${to}, retrying: ${words}`);
        return this.#queue.delayed(mail, backOff(attempts - 1, FIRST_PAUSE_MS, LONGEST_PAUSE_MS), words);
      }
      await this.#queue.delayed(mail, 0, words);
      throw error;
    }
    await this.#queue.sent(mail);
    this.#metrics.count('sent');
  }
}
