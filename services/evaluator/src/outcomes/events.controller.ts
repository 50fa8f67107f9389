import { Controller, Inject } from '@nestjs/common';
import { Work } from '@switchyard/bus';
import { RunEventSchema, type RunEvent } from '@switchyard/contracts';
import { RecordService } from './record.service.js';

/** `<prefix>.event.<tenant>.<run>.*`, from the stream EVENTS. */
@Controller()
export class EventsController {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  @Work('event', RunEventSchema)
  handle(event: RunEvent): Promise<void> {
    return this.records.record(event);
  }
}
