import { Controller, Inject } from '@nestjs/common';
import { Bus, checkEventSubject, Work, type WorkContext } from '@switchyard/bus';
import { RunEventSchema, type RunEvent } from '@switchyard/contracts';
import { RecordService } from './record.service.js';

/** `<prefix>.event.<tenant>.<run>.*`, from the stream EVENTS. */
@Controller()
export class EventsController {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(Bus) private readonly bus: Bus,
  ) {}

  @Work('event', RunEventSchema)
  async handle(event: RunEvent, { subject }: WorkContext): Promise<void> {
    checkEventSubject(event, subject, this.bus.prefix);
    await this.records.record(event);
  }
}
